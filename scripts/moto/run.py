"""Creates the translated template on moto, with its API, stage and alarms, and checks that

- every route of the API has its function's permission, and every permission its route;
- no route key ends in a slash, and every route setting is for a route that there is;
- no role may read streams or queues in general, by a policy of its own or by a managed one;
- every queue refuses what does not come over TLS;
- the addresses that the parameters DynamoDbEndpoint, AppUrl and AllowedOrigins take are those that they
  should;
- pages of the origins that are named after the template, and of no others, may call the API;
- all alarms are there.

moto cannot make an HTTP API, its stage, a queue's policy, SES's configuration set with its event destination,
or what becomes of a function's failed events from a template, though it has them all: here it learns to
(`Lacking`; release.py has the rest), and to refuse a route key that ends in a slash and a setting for a
route that is not there, as AWS does.
"""

import io
import json
import pathlib
import re
import sys
import zipfile
from collections import Counter

import boto3
import edge
import release  # noqa: F401 (moto finds its classes)
from backups import BackupSelection
from lacking import MODULE, Lacking
from moto import mock_aws
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.awslambda_simple.models import lambda_simple_backends
from moto.core.common_models import CloudFormationModel
from moto.events.models import EventBus
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

REGION = "eu-west-1"
STACK = "roster"
PAGE_TOPIC = f"arn:aws:sns:{REGION}:123456789012:page"
TICKET_TOPIC = f"arn:aws:sns:{REGION}:123456789012:ticket"
TRUSTSTORE = "s3://any-bucket/edge.pem"
ANY_METHOD = "x-amazon-apigateway-any-method"


class Api(Lacking, CloudFormationModel):
    """An HTTP API, imported from its OpenAPI body."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::Api"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        body = cloudformation_json["Properties"]["Body"]
        backend = apigatewayv2_backends[account_id][region_name]
        # What AWS would not take as a list, a page's browser would not understand either.
        cors = body.get("x-amazon-apigateway-cors")
        (server,) = body["servers"]
        closed = server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]
        api = backend.create_api(
            api_key_selection_expression=None, cors_configuration=cors, description=None,
            disable_schema_validation=None, disable_execute_api_endpoint=closed, name=body["info"]["title"],
            protocol_type="HTTP", route_selection_expression=None, tags={}, version=None,
        )  # fmt: skip
        for path, methods in body["paths"].items():
            # AWS warns of such a path, and FailOnWarnings makes that an error.
            if len(path) > 1 and path.endswith("/"):
                raise ValueError(f"no route key ends in a slash: {path}")
            for method, operation in methods.items():
                integration = operation["x-amazon-apigateway-integration"]
                made = api.create_integration(
                    connection_type="INTERNET", description=None, integration_type=integration["type"],
                    integration_method=integration["httpMethod"], integration_uri=integration["uri"],
                    payload_format_version=integration["payloadFormatVersion"],
                )  # fmt: skip
                is_default = (path, method) == ("/$default", ANY_METHOD)
                assert is_default == bool(operation.get("isDefaultRoute")), f"{method} {path}: {operation}"
                api.create_route(
                    api_key_required=False, authorization_scopes=[], target=f"integrations/{made.id}",
                    route_key="$default" if is_default else f"{method.upper()} {path}",
                )  # fmt: skip
        return cls(api.api_id)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        apigatewayv2_backends[account_id][region_name].delete_api(resource_name)


class Stage(Lacking, CloudFormationModel):
    """A stage of an HTTP API."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::Stage"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        config = {name[0].lower() + name[1:]: value for name, value in properties.items()}
        backend = apigatewayv2_backends[account_id][region_name]
        routes = {route.route_key for route in backend.get_routes(properties["ApiId"])}
        for key in properties.get("RouteSettings", {}):
            if key not in routes:
                raise ValueError(f"Unable to find Route by key {key} within the provided RouteSettings")
        return cls(backend.create_stage(properties["ApiId"], config).name)


class QueuePolicy(Lacking, CloudFormationModel):
    """A queue's policy."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::SQS::QueuePolicy"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        backend = sqs_backends[account_id][region_name]
        for queue in properties["Queues"]:
            policy = json.dumps(properties["PolicyDocument"])
            backend.set_queue_attributes(queue.rsplit("/", 1)[1], {"Policy": policy})
        return cls(resource_name)


class ConfigurationSet(Lacking, CloudFormationModel):
    """What SES sends mails with."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::SES::ConfigurationSet"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        name = cloudformation_json.get("Properties", {}).get("Name", resource_name)
        ses_backends[account_id][region_name].create_configuration_set(name)
        return cls(name)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        ses_backends[account_id][region_name].delete_configuration_set(resource_name)


class EventDestination(Lacking, CloudFormationModel):
    """Whom SES tells of what becomes of a mail."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::SES::ConfigurationSetEventDestination"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        destination = properties["EventDestination"]
        bus = destination["EventBridgeDestination"]["EventBusArn"]
        # "Only the default bus is supported."
        if not bus.endswith(":event-bus/default"):
            raise ValueError(f"SES tells no event bus but the default one: {bus}")
        backend = ses_backends[account_id][region_name]
        backend.create_configuration_set_event_destination(properties["ConfigurationSetName"], destination)
        return cls(destination["Name"])


class EventInvokeConfig(Lacking, CloudFormationModel):
    """How often a function is given an event that fails, and where it goes then."""

    __module__ = MODULE
    wanted = []

    @staticmethod
    def cloudformation_type():
        return "AWS::Lambda::EventInvokeConfig"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        # moto names a function before it makes it.
        cls.wanted.append((lambda_simple_backends[account_id][region_name], cloudformation_json["Properties"]))
        return cls(resource_name)


# What `Ref` means for a bus, moto does not know either.
EventBus.physical_resource_id = property(lambda bus: bus.name)


def main():
    with open(sys.argv[1]) as file:
        template = json.load(file)
    origins = sys.argv[2] if len(sys.argv) > 2 else ""
    # Once behind the edge, once with a name alone.
    truststore = TRUSTSTORE if origins else ""
    with mock_aws(config={"lambda": {"use_docker": False}, "iam": {"load_aws_managed_policies": True}}):
        create(template, origins, truststore)
        problems = [
            *routes(),
            *cors(origins),
            *roles(template),
            *queues(),
            *addresses(template),
            *alarms(template),
            *keeping(template),
            *domain(truststore),
        ]
    for problem in problems:
        print(f"moto-test: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print("the stack was made on moto: routes and permissions agree, roles and queues are narrow")


def create(template, origins, truststore=TRUSTSTORE):
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="any-bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("bootstrap", "")
    s3.put_object(Bucket="any-bucket", Key="key", Body=code.getvalue())
    parameters = {"MailSender": "roster@example.com", "ReservedConcurrency": "10", "BackupDays": "400"}
    parameters |= {"PageTopic": PAGE_TOPIC, "TicketTopic": TICKET_TOPIC, "MonthlyBudget": "100", "Dashboard": "Enabled"}
    parameters["AllowedOrigins"] = origins
    parameters |= {"Domain": edge.DOMAIN, "Truststore": truststore}
    parameters["CertificateArn"] = f"arn:aws:acm:{REGION}:123456789012:certificate/api"
    cloudformation = boto3.client("cloudformation", REGION)
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    for backend, config in EventInvokeConfig.wanted:
        backend.put_function_event_invoke_config(config["FunctionName"], config)
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
    made = {resource["LogicalResourceId"] for page in pages for resource in page["StackResourceSummaries"]}
    # cycle.py has those of the canary and of tracing.
    missing = set(template["Resources"]) - made - {"TryReleaseFunction", "TryReleaseRole", "TracingPolicy"}
    assert not missing, f"moto did not make {sorted(missing)}"


def routes():
    """A permission is for one function, and so is a route's integration: both as (function, pattern)."""
    gateway = boto3.client("apigatewayv2", REGION)
    (api,) = gateway.get_apis()["Items"]
    integrations = {
        f"integrations/{integration['IntegrationId']}": integration
        for integration in gateway.get_integrations(ApiId=api["ApiId"])["Items"]
    }
    wanted = Counter()
    made = gateway.get_routes(ApiId=api["ApiId"])["Items"]
    if not made:
        yield "the API has no routes"
    for route in made:
        key = route["RouteKey"]
        if key.endswith("/") and not key.endswith(" /"):
            yield f"the route key ends in a slash: {key}"
        integration = integrations[route["Target"]]
        if integration["PayloadFormatVersion"] != "2.0":
            yield f"{key} has not payload format 2.0"
        function = re.fullmatch(r".*:function:(.+)/invocations", integration["IntegrationUri"])[1]
        # The default route has a permission for all of the API: with the method `*` and no path.
        pattern = "*" if key == "$default" else re.sub(r" |\{[^}]*\}", lambda part: "" if part[0] == " " else "*", key)
        wanted[function, f"arn:aws:execute-api:{REGION}:123456789012:{api['ApiId']}/*/{pattern}"] += 1
    allowed = Counter()
    client = boto3.client("lambda", REGION)
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            name = function["FunctionName"]
            try:
                policy = json.loads(client.get_policy(FunctionName=name)["Policy"])
            except client.exceptions.ResourceNotFoundException:
                continue
            for statement in policy["Statement"]:
                # What is called is the alias, and nothing but the alias.
                called = statement["Resource"].rsplit(":function:", 1)[1]
                if called != f"{name}:live":
                    yield f"{called} may be called, which is not {name}:live"
                # The one other service that calls a function by itself: a rule for mails that come back.
                source = statement["Condition"]["ArnLike"]["AWS:SourceArn"]
                if statement["Principal"] == {"Service": "events.amazonaws.com"} and ":rule/" in source:
                    continue
                assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}, statement
                allowed[called, source] += 1
    for function, source in (wanted - allowed).elements():
        yield f"{function} has no permission for its route {source}"
    for function, source in (allowed - wanted).elements():
        yield f"{function} has a permission without a route: {source}"


def cors(origins):
    (api,) = boto3.client("apigatewayv2", REGION).get_apis()["Items"]
    found = api.get("CorsConfiguration") or {}
    if not origins:
        if found:
            yield f"without origins there is a CORS configuration: {found}"
        return
    wanted = {
        "AllowOrigins": origins.split(","),
        "AllowMethods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
        "AllowHeaders": ["authorization", "x-apitoken", "content-type", "idempotency-key"],
        "ExposeHeaders": ["x-request-id", "link", "retry-after", "idempotency-replayed"],
        "MaxAge": 7200,
    }
    if found != wanted:
        yield f"the CORS configuration is {found}, not {wanted}"


def roles(template):
    """By the template: moto keeps a role's statements in a form that cannot be read back. AWS's managed
    policies for streams and queues are for all that there are, so nobody has them."""
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        for policy in resource["Properties"].get("ManagedPolicyArns", []):
            known = ["AWSLambdaBasicExecutionRole"]
            known += ["AWSBackupServiceRolePolicyForBackup"] if name == "BackupRole" else []
            # The name follows a part of the region's in some of them, such as `Fn::Sub`.
            if re.search(r"service-role/(\w+)", json.dumps(policy))[1] not in known:
                yield f"{name} has the managed policy {policy}"
        for policy in resource["Properties"].get("Policies", []):
            for statement in listed(policy["PolicyDocument"]["Statement"]):
                if "*" in listed(statement["Resource"]):
                    yield f"{name} may do {statement['Action']} to everything"
                if any("*" in action for action in listed(statement["Action"])):
                    yield f"{name} may do everything to {statement['Resource']}"


def queues():
    sqs = boto3.client("sqs", REGION)
    for url in sqs.list_queues()["QueueUrls"]:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        denied = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": attributes["QueueArn"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        statements = json.loads(attributes.get("Policy", '{"Statement": []}'))["Statement"]
        if denied not in statements:
            yield f"{url} takes requests without TLS"


def domain(truststore):
    """Behind the edge, the API answers at its own name alone, and there to the edge alone. Without a truststore it
    answers at API Gateway's address too: the name may lead nowhere yet."""
    gateway = boto3.client("apigatewayv2", REGION)
    (api,) = gateway.get_apis()["Items"]
    if api["DisableExecuteApiEndpoint"] != bool(truststore):
        yield f"that API Gateway's address is closed is {api['DisableExecuteApiEndpoint']}, with the truststore {truststore!r}"
    (name,) = gateway.get_domain_names()["Items"]
    trusted = (name.get("MutualTlsAuthentication") or {}).get("TruststoreUri", "")
    if name["DomainName"] != edge.DOMAIN or trusted != truststore:
        yield f"the API answers at {name}"
    (mapping,) = gateway.get_api_mappings(DomainName=edge.DOMAIN)["Items"]
    if mapping["ApiId"] != api["ApiId"] or mapping["Stage"] != "$default":
        yield f"the name leads to {mapping}"
    (stack,) = boto3.client("cloudformation", REGION).describe_stacks(StackName=STACK)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    if outputs["Url"] != f"https://{edge.DOMAIN}" or outputs["DomainTarget"] != edge.PARAMETERS["Origin"]:
        yield f"the outputs are {outputs}"


def keeping(template):
    """The live table is the stack's own, is backed up, and what is published is kept."""
    described = boto3.client("dynamodb", REGION)
    (table,) = described.list_tables()["TableNames"]
    table = described.describe_table(TableName=table)["Table"]
    parameters = boto3.client("ssm", REGION).describe_parameters()["Parameters"]
    values = boto3.client("ssm", REGION).get_parameters(Names=[each["Name"] for each in parameters])["Parameters"]
    values = {each["Value"] for each in values}
    if values != {table["TableArn"], table["LatestStreamArn"]}:
        yield f"the live table is {values}"
    (plan,) = boto3.client("backup", REGION).list_backup_plans()["BackupPlansList"]
    (vault,) = boto3.client("backup", REGION).list_backup_vaults()["BackupVaultList"]
    (stack,) = boto3.client("cloudformation", REGION).describe_stacks(StackName=STACK)["Stacks"]
    if vault["BackupVaultName"] != f"roster-{stack['StackId'].split('/')[-1]}" or len(vault["BackupVaultName"]) > 50:
        yield f"the vault of backups is {vault['BackupVaultName']}"
    if BackupSelection.made[plan["BackupPlanId"]]["Resources"] != [table["TableArn"]]:
        yield "the table is not backed up"
    cloudformation = boto3.client("cloudformation", REGION)
    policy = (pathlib.Path(__file__).parent.parent.parent / "docs/stack-policy.json").read_text()
    cloudformation.set_stack_policy(StackName=STACK, StackPolicyBody=policy)
    denied = [each for each in json.loads(policy)["Statement"] if each["Effect"] == "Deny"]
    kept = [
        f"LogicalResourceId/{name}"
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::DynamoDB::Table"
    ]
    if [each["Resource"] for each in denied] != kept:
        yield f"the stack policy is not of {kept}"
    archives = boto3.client("events", REGION).list_archives()["Archives"]
    if [archive["RetentionDays"] for archive in archives] != [35]:
        yield f"the archives of events are {archives}"


def addresses(template):
    pattern = re.compile(template["Parameters"]["DynamoDbEndpoint"]["AllowedPattern"])
    for address in [
        "", "https://dynamodb-fips.eu-west-1.amazonaws.com", "https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com/",
        "https://emulator.example:8443", "http://localhost:8000", "http://127.0.0.1:8000/", "http://127.9.8.7",
        "http://[::1]:8000", "http://172.17.0.1:8000",
    ]:  # fmt: skip
        if not pattern.fullmatch(address):
            yield f"DynamoDbEndpoint does not take {address!r}"
    for address in [
        "http://dynamodb.eu-west-1.amazonaws.com", "http://10.0.0.1:8000", "http://172.17.0.2", "http://172.17.0.1.example",
        "http://localhost.example", "http://127.0.0.1@example.com", "http://127.0.0.1:80@example.com", "http://127.1",
        "http://127.0.0.1.example", "http://[::2]", "https://example.com/path", "https://user@example.com",
        "ftp://example.com", "example.com", "HTTP://example.com", "https://example.com\n",
    ]:  # fmt: skip
        if pattern.fullmatch(address):
            yield f"DynamoDbEndpoint takes {address!r}"
    for parameter, good, bad in [
        (
            "AppUrl",
            ["", "https://app.example.com", "https://app.example.com/welcome?from=mail"],
            ["http://app.example.com", "javascript:alert(1)", "https://", "https://a b", 'https://a">', "app.example.com"],
        ),
        (
            "AllowedOrigins",
            ["", "https://app.example.com", "https://a.example,https://b.example:8443", "http://localhost:5173"],
            [
                "*", "https://*", "https://a.example/", "https://a.example, https://b.example", "http://a.example",
                "http://localhost.a.example", "https://a.example,", "null",
            ],
        ),
        (
            "ExistingTableStreamArn",
            ["", "arn:aws:dynamodb:eu-west-1:123456789012:table/roster.a-b_1/stream/2026-11-26T03:00:00.000"],
            [
                "roster", "arn:aws:dynamodb:eu-west-1:123456789012:table/roster",
                "arn:aws:dynamodb:eu-west-1:123456789012:table/roster/stream/", "arn:aws:dynamodb:eu-west-1:1:table/roster/stream/a",
            ],
        ),
        ("ProductName", ["Roster", "Orchard & Sons", "Ø"], ["", " ", "Orchard ", "a\nb"]),
        ("ReplyTo", ["", "help@example.com"], ["help", "Help <help@example.com>", "a@b.cc,c@d.ee"]),
    ]:  # fmt: skip
        pattern = re.compile(template["Parameters"][parameter]["AllowedPattern"])
        for value in good:
            if not pattern.fullmatch(value):
                yield f"{parameter} does not take {value!r}"
        for value in bad:
            if pattern.fullmatch(value):
                yield f"{parameter} takes {value!r}"


def alarms(template):
    wanted = {name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::CloudWatch::Alarm"}
    cloudwatch = boto3.client("cloudwatch", REGION)
    made = cloudwatch.describe_alarms()["MetricAlarms"]
    for alarm in made:
        name = alarm["AlarmName"]
        dimensions = [alarm.get("Dimensions", [])]
        dimensions += [query["MetricStat"]["Metric"].get("Dimensions", []) for query in alarm.get("Metrics", []) if "MetricStat" in query]
        if not all(dimension["Value"] for each in dimensions for dimension in each):
            yield f"the alarm {name} watches nothing"
        # It is there to take a release back.
        told = [] if name == f"{STACK}-rollback-errors" else [PAGE_TOPIC, TICKET_TOPIC]
        if not told and alarm["AlarmActions"]:
            yield f"the alarm {name} tells {alarm['AlarmActions']}"
        if told and (len(alarm["AlarmActions"]) != 1 or alarm["AlarmActions"][0] not in told):
            yield f"the alarm {name} tells nobody"
        if alarm["OKActions"] != alarm["AlarmActions"]:
            yield f"the alarm {name} does not say when it is over"
        if not alarm["AlarmDescription"].endswith(f"docs/RUNBOOK.md#{name.removeprefix(f'{STACK}-')}"):
            yield f"the alarm {name} does not say where it is explained"
    if len(made) != len(wanted):
        yield f"there are {len(made)} alarms, not {len(wanted)}"
    body = json.loads(cloudwatch.get_dashboard(DashboardName=STACK)["DashboardBody"])
    for widget in body["widgets"]:
        if "${" in json.dumps(widget):
            yield f"the dashboard has a name in it that was not replaced: {widget}"


def listed(value):
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    main()
