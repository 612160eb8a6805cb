"""Creates edge.yaml on moto, as far as moto goes, and checks that its firewall limits just those routes of the
API that the API itself limits, by the same three kinds; and that a distribution is made that caches nothing,
passes everything on, and shows the API its certificate.

moto has certificates, firewalls, distributions and domain names, but makes none of them from a template: here it
learns to.

  edge.py EDGE-TEMPLATE TRANSLATED-TEMPLATE
"""

import base64
import json
import pathlib
import re
import sys
import urllib.parse

import boto3
import yaml
from lacking import MODULE, Unchanged, camel
from moto import mock_aws
from moto.acm.models import acm_backends
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.cloudfront.models import cloudfront_backends
from moto.core.common_models import CloudFormationModel
from moto.wafv2.models import wafv2_backends

DOMAIN = "api.example.com"
# The errors that CloudFront keeps for 10 s unless it is told not to, of those that it can be told of.
KEPT = {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}
PARAMETERS = {
    "Domain": DOMAIN,
    "Origin": "d-abcdef1234.execute-api.eu-west-1.amazonaws.com",
    "ClientCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/client",
    "HostedZoneId": "Z0123456789ABC",
}


class Made(Unchanged):
    """One that also has attributes."""

    def __init__(self, physical_resource_id, attributes=None):
        super().__init__(physical_resource_id)
        self.attributes = attributes or {}

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr in ("Arn", "DomainName", "RegionalDomainName")

    def get_cfn_attribute(self, attribute):
        return self.attributes[attribute]


class Certificate(Made, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::CertificateManager::Certificate"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        assert region_name == "us-east-1", "CloudFront takes certificates of us-east-1 only"
        name = cloudformation_json["Properties"]["DomainName"]
        return cls(acm_backends[account_id][region_name].request_certificate(name, None, [], []))


class WebAcl(Made, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::WAFv2::WebACL"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        wanted = cloudformation_json["Properties"]
        assert region_name == "us-east-1" and wanted["Scope"] == "CLOUDFRONT"
        made = wafv2_backends[account_id]["global"].create_web_acl(
            resource_name, wanted["VisibilityConfig"], wanted["DefaultAction"], wanted["Scope"], "", [], as_blobs(wanted["Rules"]),
            None, None, None, wanted["CustomResponseBodies"], None,
        )  # fmt: skip
        return cls(made.name, {"Arn": made.arn})


def as_blobs(value):
    """A template has as text what the firewall's own requests have as bytes."""
    if isinstance(value, list):
        return [as_blobs(each) for each in value]
    if isinstance(value, dict):
        blob = lambda text: base64.b64encode(text.encode()).decode()
        return {key: blob(each) if key == "SearchString" else as_blobs(each) for key, each in value.items()}
    return value


class Distribution(Made, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::CloudFront::Distribution"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        config = json.loads(json.dumps(cloudformation_json["Properties"]["DistributionConfig"]))
        config["CallerReference"] = resource_name
        config["Aliases"] = {"Items": config["Aliases"]}
        # CloudFront's own requests have lists in this way.
        behaviour = config["DefaultCacheBehavior"]
        behaviour["AllowedMethods"] = {"Items": behaviour["AllowedMethods"]}
        config["Origins"] = {"Items": config["Origins"]}
        made, _, _ = cloudfront_backends[account_id]["aws"].create_distribution(config, [])
        return cls(made.distribution_id, {"DomainName": made.domain_name})


class DomainName(Made, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::DomainName"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        wanted = cloudformation_json["Properties"]
        backend = apigatewayv2_backends[account_id][region_name]
        configurations = camel(wanted["DomainNameConfigurations"])
        trusted = (
            {"truststoreUri": wanted["MutualTlsAuthentication"]["TruststoreUri"]}
            if wanted.get("MutualTlsAuthentication")
            else {}
        )
        backend.create_domain_name(wanted["DomainName"], configurations, trusted, {})
        return cls(wanted["DomainName"], {"RegionalDomainName": PARAMETERS["Origin"]})


class ApiMapping(Made, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::ApiMapping"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        wanted = cloudformation_json["Properties"]
        backend = apigatewayv2_backends[account_id][region_name]
        return cls(
            backend.create_api_mapping(wanted["ApiId"], "", wanted["DomainName"], wanted["Stage"]).api_mapping_id
        )


def main():
    edge = pathlib.Path(sys.argv[1]).read_text()
    api = json.loads(pathlib.Path(sys.argv[2]).read_text())
    with mock_aws():
        problems = [*made(edge), *limits(api)]
    for problem in problems:
        print(f"edge: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print("the edge was made on moto: it limits, for each address, what the API limits")


def made(edge):
    route53 = boto3.client("route53", "us-east-1")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"].split("/")[-1]
    parameters = {**PARAMETERS, "HostedZoneId": zone}
    cloudformation = boto3.client("cloudformation", "us-east-1")
    cloudformation.create_stack(
        StackName="roster-edge",
        TemplateBody=edge,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    client = boto3.client("cloudfront", "us-east-1")
    (summary,) = client.list_distributions()["DistributionList"]["Items"]
    config = client.get_distribution_config(Id=summary["Id"])["DistributionConfig"]
    behaviour, (origin,) = config["DefaultCacheBehavior"], config["Origins"]["Items"]
    if config["Aliases"]["Items"] != [DOMAIN] or origin["DomainName"] != PARAMETERS["Origin"]:
        yield f"it leads from {config['Aliases']} to {origin['DomainName']}"
    if not config["WebACLId"].startswith("arn:aws:wafv2:"):
        yield "it has no firewall"
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    led = {each["Type"]: each["AliasTarget"]["DNSName"].rstrip(".") for each in records if "AliasTarget" in each}
    if led != {"A": summary["DomainName"], "AAAA": summary["DomainName"]}:
        yield f"the name leads to {led}"
    # What moto does not keep, by the template.
    wanted = yaml.load(edge, Loader)["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    behaviour = wanted["DefaultCacheBehavior"]
    policies = behaviour["CachePolicyId"], behaviour["OriginRequestPolicyId"]
    if policies != ("4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "216adef6-5c7f-47e4-b989-5492eafa07d3"):
        yield f"it caches, or keeps something back: {policies}"
    kept = {each["ErrorCode"]: each for each in wanted.get("CustomErrorResponses", [])}
    for code in KEPT:
        # Without a page of its own: the API's answer passes.
        if kept.get(code) != {"ErrorCode": code, "ErrorCachingMinTTL": 0}:
            yield f"it keeps an answer of {code}, and gives it to others: {kept.get(code)}"
    if not {*kept} <= KEPT:
        yield f"CloudFront keeps none of {sorted({*kept} - KEPT)}"
    (origin,) = wanted["Origins"]
    if origin["CustomOriginConfig"]["OriginMtlsConfig"] != {"ClientCertificateArn": {"Ref": "ClientCertificateArn"}}:
        yield "it shows the API no certificate"


class Loader(yaml.SafeLoader):
    """Keeps CloudFormation's tags: `!Ref Table` is `{"Ref": "Table"}`."""


def tagged(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    return {suffix: loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", tagged)


def limits(api):
    """Each route by its rate in the API, and by the rule of the firewall that counts it."""
    client = boto3.client("wafv2", "us-east-1")
    (summary,) = client.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    rules = client.get_web_acl(Name=summary["Name"], Id=summary["Id"], Scope="CLOUDFRONT")["WebACL"]["Rules"]
    rated = [rule for rule in rules if "RateBasedStatement" in rule["Statement"]]
    if [rule["Name"] for rule in rated] != ["sign-ups", "logins", "mails", "requests"]:
        yield f"the rates are {[rule['Name'] for rule in rated]}"
    if any(rule["VisibilityConfig"]["SampledRequestsEnabled"] for rule in rules):
        yield "it keeps samples of requests, in which there are passwords"
    for rule in rated:
        block = rule["Action"]["Block"]["CustomResponse"]
        if block["ResponseCode"] != 429:
            yield f"{rule['Name']} answers {block['ResponseCode']}"
    kinds = {
        "SignUpsPerSecond": "sign-ups",
        "LoginsPerSecond": "logins",
        "InvitationsPerSecond": "mails",
        "RequestsPerSecond": None,
    }
    settings = api["Resources"]["ApiApiGatewayDefaultStage"]["Properties"]["RouteSettings"]
    routes = {}
    for path, methods in api["Resources"]["Api"]["Properties"]["Body"]["paths"].items():
        for method in methods:
            key = f"{method.upper()} {path}"
            if path.startswith("/") and not path.startswith(("/$default", "/{proxy+}")):
                routes[key] = kinds[
                    settings.get(key, {"ThrottlingRateLimit": {"Ref": "RequestsPerSecond"}})["ThrottlingRateLimit"][
                        "Ref"
                    ]
                ]
    assert {*routes.values()} == {"sign-ups", "logins", "mails", None}, routes
    for key, wanted in routes.items():
        method, path = key.split(" ")
        plain = re.sub(r"\{[^}]*\}", "Ada%40x", path)
        # However the path is written, API Gateway or `default-route` reads it the same.
        for written in [plain, plain + "/", plain.replace("u", "%75"), plain.replace("/", "//", 1)]:
            found = [
                rule["Name"]
                for rule in rated[:-1]
                if counts(rule["Statement"]["RateBasedStatement"]["ScopeDownStatement"], method, written)
            ]
            if found != ([wanted] if wanted else []):
                yield f"{method} {written} is counted by {found}, not {wanted}"


def counts(statement, method, path):
    """Whether a statement of the firewall holds for a request."""
    ((kind, rule),) = statement.items()
    if kind in ("AndStatement", "OrStatement"):
        together = all if kind == "AndStatement" else any
        return together(counts(each, method, path) for each in rule["Statements"])
    if kind == "NotStatement":
        return not counts(rule["Statement"], method, path)
    value = method if "Method" in rule["FieldToMatch"] else path
    for transformation in sorted(rule["TextTransformations"], key=lambda each: each["Priority"]):
        value = {
            "NONE": lambda text: text,
            "URL_DECODE": urllib.parse.unquote,
            "NORMALIZE_PATH": lambda text: re.sub("/+", "/", text),
        }[transformation["Type"]](value)
    if kind == "ByteMatchStatement":
        wanted = rule["SearchString"]
        return value == (wanted.decode() if isinstance(wanted, bytes) else wanted)
    return re.search(rule["RegexString"], value) is not None


if __name__ == "__main__":
    main()
