"""What moto lacks of releases and of what watches them: versions, aliases and their permissions, CodeDeploy,
the numbered settings, alarms, the dashboard, the budget.

As on AWS, a version is published only of a function that has changed: a template that asks for one of a
function that has not fails ("A version for this Lambda function exists"), and so does a deployment group
with an alarm twice. A version that is replaced goes.
"""

import json
from collections import defaultdict

from moto.appconfig.models import appconfig_backends
from moto.awslambda_simple.models import lambda_simple_backends
from moto.codedeploy.models import codedeploy_backends
from moto.core.common_models import CloudFormationModel

from lacking import MODULE, Lacking, camel, client


class Version(Lacking, CloudFormationModel):
    """A version of a function."""

    __module__ = MODULE
    # By function: moto itself counts those that there are, and gives a number twice.
    numbers = defaultdict(int)

    def __init__(self, function, version):
        super().__init__(f"{function}:{version}")
        self.version = str(version)

    @staticmethod
    def cloudformation_type():
        return "AWS::Lambda::Version"

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Version"

    def get_cfn_attribute(self, attribute_name):
        assert attribute_name == "Version", attribute_name
        return self.version

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        backend = lambda_simple_backends[account_id][region_name]
        name = properties["FunctionName"].rsplit(":", 1)[-1]
        store = backend._lambdas
        latest, versions = store._functions[name]["latest"], store._functions[name]["versions"]
        if versions and not latest.code_or_config_updated:
            newest = versions[-1].version
            raise ValueError(f"A version for this Lambda function exists ( {newest} ). Modify {name} to create a new version.")
        made = backend.publish_version(name, properties["Description"])
        cls.numbers[latest.function_arn] += 1
        made.set_version(cls.numbers[latest.function_arn])
        for version in versions:
            store._arns[version.function_arn] = version
        return cls(name, made.version)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        # All of a version's properties are "Replacement".
        made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        made.replaced = original_resource
        return made

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        function, version = resource_name.rsplit(":", 1)
        backend = lambda_simple_backends[account_id][region_name]
        versions = backend._lambdas._functions[function]["versions"]
        versions[:] = [each for each in versions if str(each.version) != version]


class Alias(Lacking, CloudFormationModel):
    """What a function is called by."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::Lambda::Alias"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        aws = client("lambda", region_name)
        return cls(aws.create_alias(**properties)["AliasArn"])

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        client("lambda", region_name).update_alias(**cloudformation_json["Properties"])
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        properties = cloudformation_json["Properties"]
        client("lambda", region_name).delete_alias(FunctionName=resource_name.split(":")[-2], Name=properties["Name"])


class Permission(Lacking, CloudFormationModel):
    """Who may call a function, or an alias of it."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::Lambda::Permission"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = dict(cloudformation_json["Properties"])
        function, _, qualifier = properties["FunctionName"].rsplit(":function:", 1)[-1].partition(":")
        backend = lambda_simple_backends[account_id][region_name]
        properties["FunctionName"] = function
        statement, _ = backend.get_function(function).policy.add_statement(json.dumps(properties), qualifier)
        # moto leaves the colon before `$LATEST`, which it takes off.
        statement["Resource"] = statement["Resource"].replace("::", ":")
        return cls(statement["Sid"])


class Application(Lacking, CloudFormationModel):
    """CodeDeploy's name for all of the stack's functions."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::CodeDeploy::Application"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        client("codedeploy", region_name).create_application(
            applicationName=resource_name, computePlatform=cloudformation_json["Properties"]["ComputePlatform"]
        )
        return cls(resource_name)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        del codedeploy_backends[account_id][region_name].applications[resource_name]


class DeploymentGroup(Lacking, CloudFormationModel):
    """How CodeDeploy shifts the calls of one function to its next version."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::CodeDeploy::DeploymentGroup"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = camel(cloudformation_json["Properties"])
        names = [alarm["name"] for alarm in properties["alarmConfiguration"]["alarms"]]
        # "Each alarm name can be used only once in a list of alarms."
        assert len(set(names)) == len(names), names
        client("codedeploy", region_name).create_deployment_group(deploymentGroupName=resource_name, **properties)
        return cls(resource_name)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        application = cloudformation_json["Properties"]["ApplicationName"]
        del codedeploy_backends[account_id][region_name].deployment_groups[application][resource_name]


class SettingsApplication(Lacking, CloudFormationModel):
    """An application of AppConfig."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::AppConfig::Application"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        return cls(client("appconfig", region_name).create_application(**cloudformation_json["Properties"])["Id"])

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        client("appconfig", region_name).delete_application(ApplicationId=resource_name)


class SettingsProfile(Lacking, CloudFormationModel):
    """A configuration profile of AppConfig."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::AppConfig::ConfigurationProfile"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        return cls(client("appconfig", region_name).create_configuration_profile(**cloudformation_json["Properties"])["Id"])

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        application = cloudformation_json["Properties"]["ApplicationId"]
        profile = appconfig_backends[account_id][region_name].get_configuration_profile(application, resource_name)
        # AWS deletes no profile with versions in it.
        assert not profile.config_versions, profile.config_versions
        client("appconfig", region_name).delete_configuration_profile(
            ApplicationId=application, ConfigurationProfileId=resource_name
        )


class Settings(Lacking, CloudFormationModel):
    """A version of a configuration: what `Ref` means is its number."""

    __module__ = MODULE
    numbers = defaultdict(int)

    @staticmethod
    def cloudformation_type():
        return "AWS::AppConfig::HostedConfigurationVersion"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        client("appconfig", region_name).create_hosted_configuration_version(**properties)
        cls.numbers[properties["ConfigurationProfileId"]] += 1
        return cls(str(cls.numbers[properties["ConfigurationProfileId"]]))

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        made.replaced = original_resource
        return made

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        properties = cloudformation_json["Properties"]
        backend = appconfig_backends[account_id][region_name]
        application, profile = properties["ApplicationId"], properties["ConfigurationProfileId"]
        backend.delete_hosted_configuration_version(application, profile, int(resource_name))


class Alarm(Lacking, CloudFormationModel):
    """An alarm."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::CloudWatch::Alarm"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        given = {name: value for name, value in properties.items() if value is not None}
        client("cloudwatch", region_name).put_metric_alarm(**given)
        return cls(properties["AlarmName"])

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        client("cloudwatch", region_name).delete_alarms(AlarmNames=[resource_name])


class Dashboard(Lacking, CloudFormationModel):
    """A dashboard, whose body moto checks only if it comes by the API."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::CloudWatch::Dashboard"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        client("cloudwatch", region_name).put_dashboard(**properties)
        return cls(properties["DashboardName"])

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        client("cloudwatch", region_name).delete_dashboards(DashboardNames=[resource_name])


class Budget(Lacking, CloudFormationModel):
    """What the AWS account may cost."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::Budgets::Budget"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        budget = dict(properties["Budget"])
        limit = budget["BudgetLimit"]
        budget["BudgetLimit"] = {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]}
        client("budgets", region_name).create_budget(
            AccountId=account_id,
            Budget=budget,
            NotificationsWithSubscribers=properties["NotificationsWithSubscribers"],
        )
        return cls(budget["BudgetName"])

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        client("budgets", region_name).delete_budget(AccountId=account_id, BudgetName=resource_name)
