"""Takes the stack through its life on moto, and checks at each step what is called and what watches it:

1. made: each function's alias `live` is its first version;
2. a parameter is changed: `live` is a new version, which has the new value;
3. a canary is asked for: each function has a deployment group, whose alarms and whose hook are there, and
   asking for it published nothing;
4. CodeDeploy's hook tries a new version, and refuses one that fails;
5. another release: `live` is that build, and `scripts/roll-back` goes back to the one before, and forth again;
   meanwhile `scripts/set-parameter` refuses to publish what was undone;
6. another table: `scripts/roll-back` goes back to no version that works with the former one;
7. deleted: nothing is left but the table, with what was in it, and the vault of its backups.

    cycle.py FOLDER, with the translated templates first.json, canary.json and next.json in it
"""

import contextlib
import io
import json
import os
import pathlib
import sys
import types
import zipfile

import boto3
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend, lambda_simple_backends
from moto.cloudformation.models import cloudformation_backends
from moto.codedeploy.models import codedeploy_backends
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult

import updates
from release import Version
from run import EventInvokeConfig, PAGE_TOPIC, REGION, STACK, TICKET_TOPIC

ACCOUNT = "123456789012"
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CANARY = "Canary10Percent5Minutes"


def main():
    first, canary, following = (json.loads((pathlib.Path(sys.argv[1]) / f"{name}.json").read_text()) for name in ["first", "canary", "next"])
    updates.install()
    # moto would start a container for each record of the stream.
    LambdaSimpleBackend.send_dynamodb_items = lambda *_, **__: True
    config = {"lambda": {"use_docker": False}, "iam": {"load_aws_managed_policies": True}}
    with mock_aws(config=config):
        stack = Stack()
        parameters = {"BuildId": "a1", "MailSender": "roster@example.com", "PageTopic": PAGE_TOPIC, "TicketTopic": TICKET_TOPIC}
        parameters |= {"MonthlyBudget": "100", "Dashboard": "Enabled"}
        stack.create(first, parameters)
        stack.expect(build="a1", settings="1", SIGN_UP="open")
        stack.keep_a_row()
        # Without backups too, so that they may be switched on, off, and on again.
        assert len(boto3.client("backup", REGION).list_backup_vaults()["BackupVaultList"]) == 1

        stack.update(first, parameters | {"SignUp": "closed"})
        stack.expect(build="a1", settings="2", SIGN_UP="closed")
        before = stack.live()

        parameters |= {"SignUp": "closed", "Canary": CANARY}
        changed = stack.update(canary, parameters)
        assert stack.live() == before, "asking for a canary published a version"
        assert not [name for name in changed if name.endswith("Function") and name != "TryReleaseFunction"], changed
        canaries(canary, stack)
        hook(canary)

        parameters |= {"BuildId": "b2", "Tracing": "Active"}
        stack.update(following, parameters)
        stack.expect(build="b2", settings="3", SIGN_UP="closed")
        roll_back(stack, before)
        other_table(stack)

        stack.delete()
    print("the stack was made, updated, shifted, rolled back and deleted on moto, and the table stayed")


class Stack:
    """The stack, and what is called of it."""

    def __init__(self):
        self.cloudformation = boto3.client("cloudformation", REGION)
        self.functions = boto3.client("lambda", REGION)
        s3 = boto3.client("s3", REGION)
        s3.create_bucket(Bucket="any-bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
        for key in ["key", "next"]:
            code = io.BytesIO()
            with zipfile.ZipFile(code, "w") as archive:
                archive.writestr("bootstrap", key)
            s3.put_object(Bucket="any-bucket", Key=key, Body=code.getvalue())

    def create(self, template, parameters):
        self.cloudformation.create_stack(**self.arguments(template, parameters))
        for backend, config in EventInvokeConfig.wanted:
            backend.put_function_event_invoke_config(config["FunctionName"], config)

    def update(self, template, parameters):
        """The resources that were changed."""
        self.cloudformation.update_stack(**self.arguments(template, parameters))
        (stack,) = cloudformation_backends[ACCOUNT][REGION].stacks.values()
        return stack.resource_map.changed

    def arguments(self, template, parameters):
        # moto knows a previous value only of those that were given.
        defaults = {name: str(each["Default"]) for name, each in template["Parameters"].items() if "Default" in each}
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in (defaults | parameters).items()]
        body = json.dumps(template)
        return {"StackName": STACK, "TemplateBody": body, "Capabilities": ["CAPABILITY_IAM"], "Parameters": given}

    def live(self):
        """The version of each function that is called, by the function's name."""
        names = [function["FunctionName"] for page in self.functions.get_paginator("list_functions").paginate() for function in page["Functions"]]
        names = [name for name in names if not name.startswith("CodeDeployHook_")]
        assert len(names) == 44, names
        return {name: self.functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"] for name in names}

    def expect(self, build, settings, **environment):
        for name, version in self.live().items():
            found = self.functions.get_function_configuration(FunctionName=name, Qualifier=version)
            variables = found["Environment"]["Variables"]
            wanted = {"BUILD_ID": build, "SETTINGS_VERSION": settings, "POWERTOOLS_SERVICE_NAME": STACK, **environment}
            for variable, value in wanted.items():
                assert variables.get(variable) == value, f"{name} {version}: {variable} is {variables.get(variable)}, not {value}"
            assert found["Description"] == f"{build}, settings {settings}", found["Description"]
        (described,) = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
        assert outputs["BuildId"] == build and outputs["SettingsVersion"] == settings, outputs
        # What the stream and the queue feed is called by the alias too.
        mappings = self.functions.list_event_source_mappings()["EventSourceMappings"]
        live = self.live()
        for mapping in mappings:
            name = mapping["FunctionArn"].rsplit(":function:", 1)[1].split(":")[0]
            assert name in live, mapping
        assert len(mappings) == 4, mappings
        self.table = outputs["TableName"]

    def keep_a_row(self):
        self.row = {"PK": {"S": "ACCOUNT#1"}, "SK": {"S": "ACCOUNT"}, "name": {"S": "kept"}}
        boto3.client("dynamodb", REGION).put_item(TableName=self.table, Item=self.row)

    def delete(self):
        self.cloudformation.delete_stack(StackName=STACK)
        dynamodb = boto3.client("dynamodb", REGION)
        assert dynamodb.list_tables()["TableNames"] == [self.table]
        described = dynamodb.describe_table(TableName=self.table)["Table"]
        assert described["DeletionProtectionEnabled"], described
        key = {name: self.row[name] for name in ["PK", "SK"]}
        assert dynamodb.get_item(TableName=self.table, Key=key)["Item"] == self.row
        left = {
            "functions": self.functions.list_functions()["Functions"],
            "alarms": boto3.client("cloudwatch", REGION).describe_alarms()["MetricAlarms"],
            "queues": boto3.client("sqs", REGION).list_queues().get("QueueUrls", []),
            "roles": boto3.client("iam", REGION).list_roles()["Roles"],
            "dashboards": boto3.client("cloudwatch", REGION).list_dashboards()["DashboardEntries"],
            "applications": boto3.client("codedeploy", REGION).list_applications()["applications"],
            "budgets": boto3.client("budgets", REGION).describe_budgets(AccountId=ACCOUNT).get("Budgets", []),
            "apis": boto3.client("apigatewayv2", REGION).get_apis()["Items"],
        }
        assert not any(left.values()), {name: len(found) for name, found in left.items()}
        assert len(boto3.client("backup", REGION).list_backup_vaults()["BackupVaultList"]) == 1


def canaries(template, stack):
    """Each function's deployment group names alarms that are there, and its alias the group and the hook."""
    resources = template["Resources"]
    (groups,) = codedeploy_backends[ACCOUNT][REGION].deployment_groups.values()
    assert len(groups) == 44, len(groups)
    alarms = {alarm["AlarmName"] for alarm in boto3.client("cloudwatch", REGION).describe_alarms()["MetricAlarms"]}
    for name, group in groups.items():
        found = {alarm["name"] for alarm in group.alarm_configuration["alarms"]}
        assert found == {f"{STACK}-rollback-errors", f"{STACK}-consumer-errors"}, f"{name}: {found}"
        assert found <= alarms, f"{name} waits for {found - alarms}, which is not there"
        assert group.deployment_config_name == f"CodeDeployDefault.Lambda{CANARY}", group.deployment_config_name
        assert "DEPLOYMENT_STOP_ON_ALARM" in group.auto_rollback_configuration["events"]
    aliases = [resource for resource in resources.values() if resource["Type"] == "AWS::Lambda::Alias"]
    assert len(aliases) == 44
    for alias in aliases:
        shift = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert resources[shift["DeploymentGroupName"]["Ref"]]["Type"] == "AWS::CodeDeploy::DeploymentGroup"
        assert shift["BeforeAllowTrafficHook"] == {"Fn::If": ["IsShifted", {"Ref": "TryReleaseFunction"}, {"Ref": "AWS::NoValue"}]}
    # CodeDeploy's policy lets it call functions of such a name.
    stack.functions.get_function(FunctionName=f"CodeDeployHook_{STACK}")


def hook(template):
    """The hook's own code, as Lambda would run it."""
    code = types.ModuleType("index")
    text = template["Resources"]["TryReleaseFunction"]["Properties"]["Code"]["ZipFile"]
    exec(compile(text, "index.py", "exec"), code.__dict__)
    os.environ["AWS_DEFAULT_REGION"] = REGION
    aws = boto3.client("codedeploy", REGION)
    backend = codedeploy_backends[ACCOUNT][REGION]
    ((application, groups),) = backend.deployment_groups.items()
    group = next(name for name in groups if "-ProfileGetFunction" in name)
    (function,) = [each["FunctionName"] for each in boto3.client("lambda", REGION).list_functions()["Functions"] if "-ProfileGetFunction" in each["FunctionName"]]
    told = targets(function)
    good = {"statusCode": 401, "headers": {"x-request-id": "1"}}
    for answer, wanted in [
        (good, "Succeeded"),
        (None, "Succeeded"),
        ({"batchItemFailures": []}, "Succeeded"),
        ({"statusCode": 500, "headers": {"x-request-id": "1"}}, "Failed"),
        ({"statusCode": 401, "headers": {}}, "Failed"),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, "Failed"),
    ]:
        deployment = aws.create_deployment(applicationName=application, deploymentGroupName=group)["deploymentId"]
        lambda_simple_backends[ACCOUNT][REGION].lambda_simple_results_queue.append(json.dumps(answer))
        with contextlib.redirect_stdout(io.StringIO()):
            code.handler({"DeploymentId": deployment, "LifecycleEventHookExecutionId": "hook"}, None)
        assert told[deployment] == wanted, f"{answer}: {told[deployment]}, not {wanted}"


def targets(function):
    """What moto's CodeDeploy lacks: the target of a deployment of `function`, and what the hook says of it."""
    told = {}

    def list_deployment_targets(self):
        return ActionResult({"targetIds": [f"{function}:live"]})

    def get_deployment_target(self):
        assert self._get_param("targetId") == f"{function}:live"
        info = {"functionName": function, "functionAlias": "live", "currentVersion": "1", "targetVersion": "2"}
        target = {"deploymentTargetType": "LambdaFunction", "lambdaTarget": {"lambdaFunctionInfo": info}}
        return ActionResult({"deploymentTarget": target})

    def put_lifecycle_event_hook_execution_status(self):
        assert self._get_param("lifecycleEventHookExecutionId") == "hook"
        told[self._get_param("deploymentId")] = self._get_param("status")
        return ActionResult({"lifecycleEventHookExecutionId": "hook"})

    for method in [list_deployment_targets, get_deployment_target, put_lifecycle_event_hook_execution_status]:
        setattr(CodeDeployResponse, method.__name__, method)
    return told


def roll_back(stack, before):
    """By the operator's own script."""
    newest = stack.live()
    assert all(newest[name] != version for name, version in before.items())
    script = operators("roll-back")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        script.roll_back(STACK, None, dry_run=True)
    assert stack.live() == newest, "--dry-run changed something"
    assert "a1" in said.getvalue(), said.getvalue()
    with contextlib.redirect_stdout(io.StringIO()):
        script.roll_back(STACK, None)
        assert stack.live() == before
        said = refused(operators("set-parameter").set_parameters, STACK, {"SignUp": "open"})
        assert "a1 is live in 44 functions" in said and "b2" in said, said
        script.roll_back(STACK, "b2")
        assert stack.live() == newest
        # The release that CloudFormation knows is live: so it goes as far as CloudFormation.
        operators("set-parameter").set_parameters(STACK, {"LogLevel": "warn"})
    stack.expect(build="b2", settings="4", SIGN_UP="closed", LOG_LEVEL="warn")


def other_table(stack):
    """A release on a table that the stack has adopted, as the functions see it. The versions before it are of the
    former table, which their roles no longer allow."""
    script = operators("roll-back")
    for build in ["c3", "d4"]:
        for name in stack.live():
            variables = stack.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            variables = {key: str(value) for key, value in variables.items()} | {"TABLE_NAME": "restored", "BUILD_ID": build}
            stack.functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
            properties = {"FunctionName": name, "Description": build}
            version = Version.create_from_cloudformation_json(name, {"Properties": properties}, ACCOUNT, REGION).version
            stack.functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
        if build == "c3":
            adopted = stack.live()
            said = refused(script.roll_back, STACK, None)
            assert "no earlier build that works with the live table" in said, said
            said = refused(script.roll_back, STACK, "b2")
            assert "There are: c3" in said, said
            assert stack.live() == adopted
    with contextlib.redirect_stdout(io.StringIO()):
        script.roll_back(STACK, None)
    assert stack.live() == adopted


def operators(name):
    """A script of the operator's, in this process, where moto is."""
    script = types.ModuleType(name)
    exec(compile((ROOT / "scripts" / name).read_text(), f"scripts/{name}", "exec"), script.__dict__)
    return script


def refused(function, *arguments):
    """What a script says when it refuses."""
    try:
        function(*arguments)
    except SystemExit as said:
        return str(said)
    raise AssertionError(f"{function.__name__}{arguments} is not refused")


main()
