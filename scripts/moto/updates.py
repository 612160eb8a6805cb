"""How CloudFormation updates and deletes a stack, as far as moto does otherwise.

moto updates what names a changed parameter itself. CloudFormation follows what depends on it too, in the
order of dependencies, and touches nothing whose properties came out the same. What was replaced, and what
the template no longer has, goes last, unless the template keeps it; what depends on another goes before it.
"""

from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap


def install():
    """From now on moto updates stacks like this."""
    parsing.parse_and_create_resource = remember(parsing.parse_and_create_resource)
    ResourceMap.update = update
    ResourceMap.delete = delete


def remember(create):
    """Keeps with each resource what it was made of."""

    def created(logical_id, resource_json, resources, account_id, region_name):
        made = create(logical_id, resource_json, resources, account_id=account_id, region_name=region_name)
        if made is not None:
            made.made_of = properties(resource_json, resources)
        return made

    return created


def properties(resource_json, resources):
    return parsing.clean_json(resource_json.get("Properties", {}), resources)


def update(self, template, parameters=None):
    before = dict(self._resource_json_map)
    # As they were, for what is deleted: it may name what goes before it.
    old_properties = {name: made.made_of for name, made in self._parsed_resources.items() if hasattr(made, "made_of")}
    self._template = template
    if parameters:
        self.input_parameters = parameters
    self.load_mapping()
    self.load_parameters()
    self.load_conditions()
    self._resource_json_map = template["Resources"]
    self.changed, replaced = set(), []
    for name in in_order(template["Resources"]):
        resource_json = template["Resources"][name]
        condition = resource_json.get("Condition")
        if condition and not self.lazy_condition_map[condition]:
            continue
        made = self._parsed_resources.get(name)
        if made is None:
            self.changed.add(name)
            assert self[name] is not None, f"{name} was not made"
            continue
        wanted = properties(resource_json, self)
        if wanted == made.made_of:
            continue
        self.changed.add(name)
        now = parsing.parse_and_update_resource(
            name, resource_json, self, account_id=self._account_id, region_name=self._region_name
        )
        assert now is not None, f"moto cannot update {name}"
        now.made_of = wanted
        self._parsed_resources[name] = now
        old = now.__dict__.pop("replaced", None)
        if old is not None and resource_json.get("UpdateReplacePolicy") != "Retain":
            replaced.append((old, {**resource_json, "Properties": old_properties[name]}))
    for old, resource_json in replaced:
        self._delete_resource(old, resource_json)
    for name in reversed(in_order(before)):
        condition = template["Resources"].get(name, {}).get("Condition")
        stays = name in template["Resources"] and not (condition and not self.lazy_condition_map[condition])
        if stays or name not in self._parsed_resources:
            continue
        gone = self._parsed_resources.pop(name)
        if before[name].get("DeletionPolicy") != "Retain":
            self._delete_resource(gone, {**before[name], "Properties": old_properties[name]})


def delete(self):
    for name in reversed(in_order(self._resource_json_map)):
        gone = self._parsed_resources.pop(name, None)
        resource_json = self._resource_json_map[name]
        if gone is not None and resource_json.get("DeletionPolicy") != "Retain":
            self._delete_resource(gone, {**resource_json, "Properties": gone.made_of})


def in_order(resources):
    """The names, each behind those that it depends on."""
    order, entered = [], set()

    def enter(name):
        if name in entered or name not in resources:
            return
        entered.add(name)
        for other in sorted(named(resources[name])):
            enter(other)
        order.append(name)

    for name in resources:
        enter(name)
    return order


def named(value):
    """What `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn` name."""
    found = set()
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                found.add(inner)
            elif key == "Fn::GetAtt":
                found.add(inner[0] if isinstance(inner, list) else inner.split(".")[0])
            elif key == "DependsOn":
                found.update([inner] if isinstance(inner, str) else inner)
            else:
                found |= named(inner)
                if key == "Fn::Sub":
                    text = inner[0] if isinstance(inner, list) else inner
                    found |= {part.split("}")[0].split(".")[0] for part in text.split("${")[1:]}
    elif isinstance(value, list):
        for inner in value:
            found |= named(inner)
    return found
