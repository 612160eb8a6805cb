"""What all resources have in common that moto does not make from a template, though it has them."""

import boto3

# moto takes the second part of a model's module for the name of its service.
MODULE = "scripts.moto"


class Lacking:
    """A resource by its physical id. An update makes it anew, unless its class knows better."""

    def __init__(self, physical_resource_id):
        self.physical_resource_id = physical_resource_id

    @staticmethod
    def cloudformation_name_type():
        return ""

    @classmethod
    def has_cfn_attr(cls, attr):
        return False

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        cls.delete_from_cloudformation_json(
            original_resource.physical_resource_id, cloudformation_json, account_id, region_name
        )
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    @classmethod
    def delete_from_cloudformation_json(cls, *_, **__):
        """Nothing: most of them go with what they are of."""


class Unchanged(Lacking):
    """One that stays as it was made when the stack is updated."""

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, *_, **__):
        return original_resource


def client(service, region):
    """moto's own API: it checks names and types as AWS does."""
    return boto3.client(service, region)


def camel(value):
    """The names of a template as those of an API that begins them with a small letter."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: camel(inner) for name, inner in value.items()}
    return [camel(inner) for inner in value] if isinstance(value, list) else value
