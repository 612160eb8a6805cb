// Prints what cdk-nag finds in a template, as JSON: [{ rule, resource }].
const fs = require("fs");
const os = require("os");
const path = require("path");
const { App, Stack, Validations } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { AwsSolutionsChecks, ServerlessChecks } = require("cdk-nag");

const out = fs.mkdtempSync(path.join(os.tmpdir(), "nag-"));
try {
  const app = new App({ outdir: out, analyticsReporting: false });
  new CfnInclude(new Stack(app, "Stack"), "Template", { templateFile: process.argv[2] });
  const packs = [new AwsSolutionsChecks(app), new ServerlessChecks(app)];
  Validations.of(app).addPlugins(...packs);
  try {
    app.synth();
  } catch (error) {
    // That there are findings; they are in the report.
    if (!/validation/i.test(error)) throw error;
  }
  const report = JSON.parse(fs.readFileSync(path.join(out, "validation-report.json")));
  // The CDK's own check of the template is cfn-lint's.
  const reports = report.pluginReports.filter((each) => packs.some((pack) => pack.name === each.pluginName));
  if (reports.length !== packs.length) throw new Error(`there are ${reports.length} reports`);
  const found = reports.flatMap((each) =>
    each.violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map((one) => ({ rule: ruleName, resource: one.constructPath.split("/").pop() })),
    ),
  );
  console.log(JSON.stringify(found));
} finally {
  fs.rmSync(out, { recursive: true });
}
