// A rule of EventBridge for a kind of event, to paste into a terminal.

import { attempt, element } from "./dom.js";

const rule = (kind) => {
  const pattern = { source: ["roster"], "detail-type": [kind] };
  return `aws events put-rule --name on-${kind} --event-bus-name "$EVENT_BUS_NAME" \\
  --event-pattern '${JSON.stringify(pattern)}'
aws events put-targets --rule on-${kind} --event-bus-name "$EVENT_BUS_NAME" \\
  --targets Id=queue,Arn="$QUEUE_ARN"`;
};

export function offerRules() {
  const kind = element("kind");
  if (!kind) return;
  const show = () => {
    element("rule").textContent = rule(kind.value);
  };
  kind.addEventListener("change", show);
  show();
  element("copy-rule").addEventListener("click", (event) =>
    attempt(element("rule-said"), event.currentTarget, async () => {
      await navigator.clipboard.writeText(rule(kind.value));
      return "Copied.";
    }));
}
