"""A deployed stack: what is in it, and how its functions are stopped and started."""

from botocore.exceptions import ClientError


class Stack:
    """What CloudFormation says of a stack."""

    def __init__(self, session, name):
        self.name, self.aws = name, session
        cloudformation = session.client("cloudformation")
        (described,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        self.resources = {
            resource["LogicalResourceId"]: resource for page in pages for resource in page["StackResourceSummaries"]
        }

    def physical(self, logical):
        """What CloudFormation called a resource, or None."""
        resource = self.resources.get(logical)
        return resource and resource.get("PhysicalResourceId")

    def functions(self):
        """The names of all functions."""
        kind = "AWS::Lambda::Function"
        found = self.resources.values()
        return sorted(each["PhysicalResourceId"] for each in found if each["ResourceType"] == kind)

    def mappings(self):
        """What brings streams and queues to the functions."""
        names = set(self.functions())
        pages = self.aws.client("lambda").get_paginator("list_event_source_mappings").paginate()
        found = [mapping for page in pages for mapping in page["EventSourceMappings"]]
        # The part after the name is an alias.
        return [each for each in found if each["FunctionArn"].split(":")[6] in names]

    def stop(self):
        """Lets no function run, by a concurrency of nought, and nothing be brought to them: what they had for a
        limit. The API answers 503."""
        client = self.aws.client("lambda")
        for mapping in self.mappings():
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        limits = {}
        for name in self.functions():
            limits[name] = client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        return limits

    def start(self, limits):
        """Lets every function run that exists now, with the limit that it had."""
        client = self.aws.client("lambda")
        for name in self.functions():
            # A limit of nought is that of `stop`, which was perhaps called twice.
            limit = limits.get(name)
            if limit:
                client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=limit)
            else:
                client.delete_function_concurrency(FunctionName=name)
        for mapping in self.mappings():
            try:
                client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
            except ClientError as error:
                # A deployment has just made it, and enables it itself.
                if error.response["Error"]["Code"] != "ResourceInUseException":
                    raise
