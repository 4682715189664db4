// Every operation that JavaScript's SDKs offer, through the proxy; ends with an error at the first that goes wrong.
// The AWS SDK speaks HTTP/2 with prior knowledge and takes its endpoint from AWS_ENDPOINT_URL_BEDROCK_RUNTIME.
import Anthropic from "@anthropic-ai/sdk";
import * as offered from "@aws-sdk/client-bedrock-runtime";
import {
  ApplyGuardrailCommand,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  GetAsyncInvokeCommand,
  InvokeGuardrailChecksCommand,
  InvokeModelCommand,
  InvokeModelWithBidirectionalStreamCommand,
  InvokeModelWithResponseStreamCommand,
  ListAsyncInvokesCommand,
  StartAsyncInvokeCommand,
  ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import OpenAI from "openai";
import assert from "node:assert/strict";

const endpoint = process.env.BEDROCK_METER_ENDPOINT;
const bearerKey = process.env.BEDROCK_METER_BEARER_KEY;
const own = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
const claude = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const body = JSON.stringify({
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello" }],
});

function told(sdk, operation, tokens) {
  assert.ok(tokens > 0, `${sdk} ${operation}: no usage`);
  console.log(`${sdk.padEnd(22)} ${operation.padEnd(36)} ${String(tokens).padStart(6)} tokens`);
}

function said(sdk, operation, what) {
  console.log(`${sdk.padEnd(22)} ${operation.padEnd(36)} ${what}`);
}

async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

// A system prompt, and two turns of a user who does not wait for the answer.
async function* talk() {
  const say = (event) => ({ chunk: { bytes: new TextEncoder().encode(JSON.stringify({ event })) } });
  yield say({ sessionStart: {} });
  yield say({ promptStart: { promptName: "p" } });
  yield say({ contentStart: { role: "SYSTEM", type: "TEXT" } });
  yield say({ textInput: { content: "Be kind." } });
  yield say({ contentEnd: {} });
  for (const length of [20_000, 5_000]) {
    yield say({ contentStart: { role: "USER", type: "AUDIO" } });
    yield say({ audioInput: { content: "A".repeat(length) } });
    yield say({ contentEnd: {} });
  }
  yield say({ promptEnd: {} });
  yield say({ sessionEnd: {} });
}

async function awsCalls() {
  const sdk = "AWS SDK for JS v3";
  const bedrock = new BedrockRuntimeClient({ maxAttempts: 1 });
  const called = new Set();
  bedrock.middlewareStack.add((next, { commandName }) => (args) => (called.add(commandName), next(args)));
  const text = new TextDecoder();

  const answer = await bedrock.send(new ConverseCommand({ modelId: claude, messages }));
  told(sdk, "Converse", answer.usage.totalTokens);

  const stream = await bedrock.send(new ConverseStreamCommand({ modelId: "amazon.nova-lite-v1:0", messages }));
  told(sdk, "ConverseStream", (await all(stream.stream)).at(-1).metadata.usage.totalTokens);

  const invoked = await bedrock.send(new InvokeModelCommand({ modelId: claude, body }));
  told(sdk, "InvokeModel", JSON.parse(text.decode(invoked.body)).usage.output_tokens);

  const streamed = await bedrock.send(new InvokeModelWithResponseStreamCommand({ modelId: claude, body }));
  const last = JSON.parse(text.decode((await all(streamed.body)).at(-1).chunk.bytes));
  told(sdk, "InvokeModelWithResponseStream", last["amazon-bedrock-invocationMetrics"].outputTokenCount);

  const session = await bedrock.send(
    new InvokeModelWithBidirectionalStreamCommand({ modelId: "amazon.nova-sonic-v1:0", body: talk() }),
  );
  const heard = (await all(session.body)).map((part) => JSON.parse(text.decode(part.chunk.bytes)).event);
  assert.equal(heard.filter((event) => event.audioOutput).length, 2);
  told(
    sdk,
    "InvokeModelWithBidirectionalStream",
    heard.filter((event) => event.usageEvent).at(-1).usageEvent.totalTokens,
  );

  const counted = await bedrock.send(
    new CountTokensCommand({ modelId: "anthropic.claude-sonnet-4-20250514-v1:0", input: { converse: { messages } } }),
  );
  told(sdk, "CountTokens", counted.inputTokens);

  const guarded = await bedrock.send(
    new ApplyGuardrailCommand({
      guardrailIdentifier: "gr1demo2demo3",
      guardrailVersion: "1",
      source: "INPUT",
      content: [{ text: { text: "Hello" } }],
    }),
  );
  said(sdk, "ApplyGuardrail", guarded.action);

  const checked = await bedrock.send(
    new InvokeGuardrailChecksCommand({
      messages: [{ role: "user", content: [{ text: "Hello" }] }],
      checks: { contentFilter: { categories: [{ category: "HATE" }] } },
    }),
  );
  said(sdk, "InvokeGuardrailChecks", JSON.stringify(checked.usage ?? {}));

  const { invocationArn } = await bedrock.send(
    new StartAsyncInvokeCommand({
      modelId: "amazon.nova-reel-v1:1",
      modelInput: { taskType: "TEXT_VIDEO", textToVideoParams: { text: "a boat" } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://films" } },
    }),
  );
  const job = await bedrock.send(new GetAsyncInvokeCommand({ invocationArn }));
  const jobs = await bedrock.send(new ListAsyncInvokesCommand({}));
  assert.ok(jobs.asyncInvokeSummaries.some((one) => one.invocationArn === invocationArn));
  said(sdk, "Start-, Get-, ListAsyncInvokes", job.status);

  await assert.rejects(bedrock.send(new ConverseCommand({ modelId: "no.such-model", messages })), ValidationException);
  said(sdk, "Converse", "raises what Bedrock refuses");

  const commands = Object.keys(offered).filter((name) => /^[A-Z].*[a-z]Command$/.test(name));
  assert.deepEqual([...called].sort(), commands.sort(), "every operation is called");
  bedrock.destroy();
}

// A client whose requests a function sees, and may change, after they were signed.
function clientThat(change, options = {}) {
  const bedrock = new BedrockRuntimeClient({ maxAttempts: 1, ...options });
  bedrock.middlewareStack.addRelativeTo((next) => (args) => (change(args.request), next(args)), {
    name: "changeAfterSigning",
    relation: "after",
    toMiddleware: "httpSigningMiddleware",
  });
  return bedrock;
}

// What is not as it was signed is refused, and the SDK raises what AWS's own refusal would.
async function awsRefusals() {
  const sdk = "AWS SDK for JS v3";
  const refused = async (what, name, change = () => {}, options = {}) => {
    const bedrock = clientThat(change, options);
    await assert.rejects(bedrock.send(new ConverseCommand({ modelId: claude, messages })), (refusal) => {
      assert.equal(refusal.name, name, `${what}: ${refusal}`);
      assert.equal(refusal.$metadata.httpStatusCode, 403);
      return true;
    });
    bedrock.destroy();
    said(sdk, what, `raises ${name}`);
  };
  const wrong = "InvalidSignatureException";
  const unknown = "UnrecognizedClientException";
  const minutes = 60_000;
  await refused("another secret", wrong, undefined, { credentials: { ...own, secretAccessKey: "x".repeat(40) } });
  await refused("another key", unknown, undefined, { credentials: { ...own, accessKeyId: "BMKAAAAAAAAAAAAAAAAA" } });
  await refused("a session token", unknown, undefined, { credentials: { ...own, sessionToken: "left-behind" } });
  await refused("another region", wrong, undefined, { region: "eu-west-1" });
  await refused("a changed body", wrong, (request) => {
    request.body = Buffer.from(request.body).toString().replace("Hello", "Hallo");
  });
  await refused("another model", wrong, (request) => (request.path = request.path.replace("haiku", "opus")));
  await refused("a header that was not signed", wrong, ({ headers }) => (headers["x-amzn-bedrock-trace"] = "ENABLED"));
  await refused("a changed header", wrong, ({ headers }) => (headers["x-amz-user-agent"] = "other"));
  await refused("no signature", "MissingAuthenticationTokenException", ({ headers }) => delete headers.authorization);
  await refused("half a signature", "IncompleteSignatureException", ({ headers }) => {
    headers.authorization = "AWS4-HMAC-SHA256 Credential=a";
  });
  await refused("an expired signature", wrong, undefined, { systemClockOffset: -6 * minutes });
  await refused("one of the future", wrong, undefined, { systemClockOffset: 6 * minutes });

  const signed = {};
  const remembering = clientThat(({ headers, body }) => Object.assign(signed, { headers: { ...headers }, body }));
  await remembering.send(new ConverseCommand({ modelId: claude, messages }));
  remembering.destroy();
  await refused("a replayed signature", wrong, (request) => Object.assign(request, signed));

  // A clock that is wrong is corrected by the refusal's date, and the call made again.
  const corrected = new BedrockRuntimeClient({ maxAttempts: 2, systemClockOffset: -60 * minutes });
  const answer = await corrected.send(new ConverseCommand({ modelId: claude, messages }));
  assert.equal(answer.$metadata.attempts, 2);
  corrected.destroy();
  said(sdk, "a clock an hour behind", "is corrected at the second attempt");
}

async function openAiCalls() {
  const sdk = "openai (JS)";
  const client = new OpenAI({ baseURL: `${endpoint}/openai/v1`, apiKey: bearerKey, maxRetries: 0 });
  const chat = { model: "openai.gpt-oss-20b-1:0", messages: [{ role: "user", content: "Hello" }] };

  told(sdk, "chat.completions", (await client.chat.completions.create(chat)).usage.total_tokens);

  const chunks = await all(
    await client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } }),
  );
  told(sdk, "chat.completions, streamed", chunks.at(-1).usage.total_tokens);

  const question = { model: "us.openai.gpt-5.6-sol", input: "Hello" };
  const response = await client.responses.create(question);
  told(sdk, "responses", response.usage.total_tokens);
  await client.responses.retrieve(response.id);
  await client.responses.delete(response.id);
  const events = await all(await client.responses.create({ ...question, stream: true }));
  told(sdk, "responses, streamed", events.at(-1).response.usage.total_tokens);

  await assert.rejects(client.chat.completions.create({ ...chat, model: "" }), OpenAI.BadRequestError);
  said(sdk, "chat.completions", "raises what the proxy refuses");
}

async function anthropicCalls() {
  const sdk = "@anthropic-ai/sdk";
  const client = new Anthropic({ baseURL: `${endpoint}/anthropic`, apiKey: bearerKey, maxRetries: 0 });
  const question = { model: claude, max_tokens: 64, messages: [{ role: "user", content: "Hello" }] };

  told(sdk, "messages", (await client.messages.create(question)).usage.output_tokens);
  told(sdk, "messages, streamed", (await client.messages.stream(question).finalMessage()).usage.output_tokens);
}

await awsCalls();
await awsRefusals();
await openAiCalls();
await anthropicCalls();
