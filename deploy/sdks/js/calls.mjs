// Every operation that JavaScript's SDKs offer, through the proxy; ends with an error at the first that goes wrong.
// The AWS SDK speaks HTTP/2 with prior knowledge and takes its endpoint from AWS_ENDPOINT_URL_BEDROCK_RUNTIME.
import Anthropic from "@anthropic-ai/sdk";
import {
  ApplyGuardrailCommand,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeGuardrailChecksCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ListAsyncInvokesCommand,
  ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import OpenAI from "openai";
import assert from "node:assert/strict";

const endpoint = process.env.BEDROCK_METER_ENDPOINT;
const claude = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const body = JSON.stringify({
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello" }],
});

function told(sdk, operation, tokens) {
  assert.ok(tokens > 0, `${sdk} ${operation}: no usage`);
  console.log(`${sdk.padEnd(22)} ${operation.padEnd(30)} ${String(tokens).padStart(6)} tokens`);
}

function said(sdk, operation, what) {
  console.log(`${sdk.padEnd(22)} ${operation.padEnd(30)} ${what}`);
}

async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

async function awsCalls() {
  const sdk = "AWS SDK for JS v3";
  const bedrock = new BedrockRuntimeClient({ maxAttempts: 1 });
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
      checks: { contentFilter: {} },
    }),
  );
  said(sdk, "InvokeGuardrailChecks", JSON.stringify(checked.usage ?? {}));

  await assert.rejects(bedrock.send(new ListAsyncInvokesCommand({})), { name: "AccessDeniedException" });
  said(sdk, "ListAsyncInvokes", "refused, as it must be");

  await assert.rejects(bedrock.send(new ConverseCommand({ modelId: "no.such-model", messages })), ValidationException);
  said(sdk, "Converse", "raises what Bedrock refuses");
  bedrock.destroy();
}

async function openAiCalls() {
  const sdk = "openai (JS)";
  const client = new OpenAI({ baseURL: `${endpoint}/openai/v1`, apiKey: "a-key-of-a-caller", maxRetries: 0 });
  const chat = { model: "openai.gpt-oss-20b-1:0", messages: [{ role: "user", content: "Hello" }] };

  told(sdk, "chat.completions", (await client.chat.completions.create(chat)).usage.total_tokens);

  const chunks = await all(
    await client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } }),
  );
  told(sdk, "chat.completions, streamed", chunks.at(-1).usage.total_tokens);

  const question = { model: "us.openai.gpt-5.6-sol", input: "Hello" };
  told(sdk, "responses", (await client.responses.create(question)).usage.total_tokens);
  const events = await all(await client.responses.create({ ...question, stream: true }));
  told(sdk, "responses, streamed", events.at(-1).response.usage.total_tokens);

  await assert.rejects(client.chat.completions.create({ ...chat, model: "" }), OpenAI.BadRequestError);
  said(sdk, "chat.completions", "raises what the proxy refuses");
}

async function anthropicCalls() {
  const sdk = "@anthropic-ai/sdk";
  const client = new Anthropic({ baseURL: `${endpoint}/anthropic`, apiKey: "a-key-of-a-caller", maxRetries: 0 });
  const question = { model: claude, max_tokens: 64, messages: [{ role: "user", content: "Hello" }] };

  told(sdk, "messages", (await client.messages.create(question)).usage.output_tokens);
  told(sdk, "messages, streamed", (await client.messages.stream(question).finalMessage()).usage.output_tokens);
}

await awsCalls();
await openAiCalls();
await anthropicCalls();
