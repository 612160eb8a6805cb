"""What moto lacks for the table's backups, the archive of events, and the parameters that say which table is
live: it cannot make AWS Backup's resources from a template, keeps no selections, wants an archive's pattern
as text, and gives a template no parameter's value.
"""

import json

from lacking import MODULE, Unchanged
from moto.backup.models import backup_backends
from moto.core.common_models import CloudFormationModel
from moto.events.models import Archive, EventsBackend
from moto.ssm.models import Parameter


class BackupVault(Unchanged, CloudFormationModel):
    """Where backups are kept."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::Backup::BackupVault"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        name = cloudformation_json["Properties"]["BackupVaultName"]
        backup_backends[account_id][region_name].create_backup_vault(name, {}, None, None)
        return cls(name)


class BackupPlan(Unchanged, CloudFormationModel):
    """When backups are made, and how long they are kept."""

    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::Backup::BackupPlan"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        plan = cloudformation_json["Properties"]["BackupPlan"]
        rules = [{**rule, "TargetBackupVaultName": rule["TargetBackupVault"]} for rule in plan["BackupPlanRule"]]
        backend = backup_backends[account_id][region_name]
        made = backend.create_backup_plan({"BackupPlanName": plan["BackupPlanName"], "Rules": rules}, None, None)
        return cls(made.backup_plan_id)


class BackupSelection(Unchanged, CloudFormationModel):
    """What is backed up: by plan, since moto has no place for it."""

    __module__ = MODULE
    made = {}

    @staticmethod
    def cloudformation_type():
        return "AWS::Backup::BackupSelection"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        cls.made[properties["BackupPlanId"]] = properties["BackupSelection"]
        return cls(resource_name)


Parameter.has_cfn_attr = classmethod(lambda _, attribute: attribute == "Value")
Parameter.get_cfn_attribute = lambda parameter, _: parameter.value

create_archive = EventsBackend.create_archive


def create_archive_from_template(self, name, source_arn, description, event_pattern, retention):
    pattern = json.dumps(event_pattern) if isinstance(event_pattern, dict) else event_pattern
    return create_archive(self, name, source_arn, description, pattern, retention)


EventsBackend.create_archive = create_archive_from_template
# What `Ref` means for an archive, moto does not know either.
Archive.physical_resource_id = property(lambda archive: archive.name)
