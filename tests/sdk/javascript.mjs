// Sends an event in each mode by the CNCF's SDK for JavaScript: `node javascript.mjs RUN_JSON`. Prints the ids.
import { readFileSync } from "node:fs";
import { CloudEvent, HTTP } from "cloudevents";

const run = JSON.parse(readFileSync(process.argv[2], "utf8"));
const event = JSON.parse(readFileSync(new URL("event.json", import.meta.url), "utf8"));

const made = (id) => new CloudEvent({ ...event, id, datacontenttype: "application/json", synthetic: true });

async function send({ headers, body }, ids) {
  const answer = await fetch(`${run.ingest}/v1/events`, {
    method: "POST",
    headers: { ...headers, authorization: `Bearer ${run.keys.bureau}` },
    body,
  });
  const text = await answer.text();
  if (answer.status !== 202 || JSON.parse(text).accepted !== ids.length) {
    throw new Error(`${ids} answered ${answer.status}: ${text}`);
  }
  ids.forEach((id) => console.log(id));
}

await send(HTTP.binary(made("js-binary")), ["js-binary"]);
await send(HTTP.structured(made("js-structured")), ["js-structured"]);
const batch = ["js-batch-1", "js-batch-2"];
const headers = { "content-type": "application/cloudevents-batch+json; charset=utf-8" };
await send({ headers, body: JSON.stringify(batch.map(made)) }, batch);
