"""Every operation that Python's SDKs offer, through the proxy; ends with an error at the first that goes wrong.

boto3 and the Anthropic SDK sign with the key in the environment; where those of OpenAI and Anthropic take an API key, they are
given its bearer key. Each is told the endpoint and nothing else.
"""

import copy
import datetime
import json
import os
import time
import unittest.mock

import anthropic
import boto3
import botocore.auth
import openai
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["BEDROCK_METER_ENDPOINT"]
BEARER_KEY = os.environ["BEDROCK_METER_BEARER_KEY"]
CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "Hello"}]}]
CLAUDE_BODY = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Hello"}],
}


def told(sdk, operation, tokens):
    assert tokens > 0, f"{sdk} {operation}: no usage"
    print(f"{sdk:22} {operation:36} {tokens:6} units")


def boto3_calls():
    # The endpoint comes from AWS_ENDPOINT_URL_BEDROCK_RUNTIME.
    bedrock = boto3.client("bedrock-runtime")
    called = set()
    bedrock.meta.events.register("before-call.bedrock-runtime", lambda model, **_: called.add(model.name))

    answer = bedrock.converse(modelId=CLAUDE, messages=MESSAGES)
    assert "x-bedrock-meter-cost-usd" in answer["ResponseMetadata"]["HTTPHeaders"]
    told("boto3", "Converse", answer["usage"]["totalTokens"])

    events = list(bedrock.converse_stream(modelId="amazon.nova-lite-v1:0", messages=MESSAGES)["stream"])
    told("boto3", "ConverseStream", events[-1]["metadata"]["usage"]["totalTokens"])

    answer = bedrock.invoke_model(modelId=CLAUDE, body=json.dumps(CLAUDE_BODY))
    told("boto3", "InvokeModel", json.loads(answer["body"].read())["usage"]["output_tokens"])

    events = list(bedrock.invoke_model_with_response_stream(modelId=CLAUDE, body=json.dumps(CLAUDE_BODY))["body"])
    last = json.loads(events[-1]["chunk"]["bytes"])
    told("boto3", "InvokeModelWithResponseStream", last["amazon-bedrock-invocationMetrics"]["outputTokenCount"])

    answer = bedrock.invoke_model(
        modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": "a text to be embedded"})
    )
    told("boto3", "InvokeModel (embedding)", json.loads(answer["body"].read())["inputTextTokenCount"])

    answer = bedrock.count_tokens(
        modelId="anthropic.claude-sonnet-4-20250514-v1:0", input={"converse": {"messages": MESSAGES}}
    )
    told("boto3", "CountTokens", answer["inputTokens"])

    answer = bedrock.apply_guardrail(
        guardrailIdentifier="gr1demo2demo3",
        guardrailVersion="1",
        source="INPUT",
        content=[{"text": {"text": "Hello"}}],
    )
    told("boto3", "ApplyGuardrail", sum(answer["usage"].values()))

    answer = bedrock.invoke_guardrail_checks(
        messages=[{"role": "user", "content": [{"text": "Hello"}]}],
        checks={"contentFilter": {"categories": [{"category": "HATE"}]}},
    )
    told("boto3", "InvokeGuardrailChecks", answer["usage"]["contentFilter"]["textUnits"])

    arn = bedrock.start_async_invoke(
        modelId="amazon.nova-reel-v1:1",
        modelInput={"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "a boat"}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://films"}},
    )["invocationArn"]
    status = bedrock.get_async_invoke(invocationArn=arn)["status"]
    assert arn in [job["invocationArn"] for job in bedrock.list_async_invokes()["asyncInvokeSummaries"]]
    print(f"{'boto3':22} {'Start-, Get-, ListAsyncInvokes':36} {status}")

    try:
        bedrock.converse(modelId="no.such-model", messages=MESSAGES)
        raise AssertionError("a model that does not exist answered")
    except bedrock.exceptions.ValidationException:
        print(f"{'boto3':22} {'Converse':36} raises what Bedrock refuses")

    # What boto3 has a method for: not sessions, for it has no HTTP/2.
    offered = {api for method, api in bedrock.meta.method_to_api_mapping.items() if hasattr(bedrock, method)}
    assert called == offered, f"not called: {offered - called}"


def refused(what, code, change=None, **client):
    """Makes a call, changed by a function after it was signed, that is to raise an error of this code."""
    client.setdefault("config", Config(retries={"total_max_attempts": 1}))
    client.setdefault("aws_access_key_id", os.environ["AWS_ACCESS_KEY_ID"])
    client.setdefault("aws_secret_access_key", os.environ["AWS_SECRET_ACCESS_KEY"])
    bedrock = boto3.client("bedrock-runtime", **client)
    if change:
        bedrock.meta.events.register("before-send.bedrock-runtime", lambda request, **_: change(request))
    try:
        bedrock.converse(modelId=CLAUDE, messages=MESSAGES)
    except ClientError as refusal:
        assert refusal.response["Error"]["Code"] == code, f"{what}: {refusal}"
        assert refusal.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        print(f"{'boto3':22} {what:36} raises {code}")
    else:
        raise AssertionError(f"{what}: the call was let in")


def boto3_refusals():
    signed = {}

    def headers(request, **changes):
        for name, value in changes.items():
            name = name.replace("_", "-")
            request.headers.pop(name, None)
            if value:
                request.headers[name] = value

    def body(request):
        request.body = request.body.replace(b"Hello", b"Hallo")

    def model(request):
        request.url = request.url.replace("haiku", "opus")

    def remember(request):
        signed.setdefault("headers", copy.copy(request.headers))

    def replay(request):
        request.headers = signed["headers"]

    wrong, unknown, malformed = "InvalidSignatureException", "UnrecognizedClientException", "IncompleteSignatureException"
    missing = "MissingAuthenticationTokenException"
    refused("another secret", wrong, aws_secret_access_key="x" * 40)
    refused("another key", unknown, aws_access_key_id="BMKAAAAAAAAAAAAAAAAA")
    refused("a session token", unknown, aws_session_token="left-behind")
    refused("another region", wrong, region_name="eu-west-1")
    of_service = botocore.auth.SigV4Auth.__init__
    of_s3 = lambda *args, **named: of_service(*args, **named | {"service_name": "s3"})
    with unittest.mock.patch.object(botocore.auth.SigV4Auth, "__init__", of_s3):
        refused("another service", wrong)
    refused("a changed body", wrong, body)
    refused("another model", wrong, model)
    refused("a header that was not signed", wrong, lambda request: headers(request, x_amzn_bedrock_trace="ENABLED"))
    refused("no signature", missing, lambda request: headers(request, authorization=None))
    refused("an unsigned call", missing, config=Config(signature_version=botocore.UNSIGNED))
    refused("half a signature", malformed, lambda request: headers(request, authorization="AWS4-HMAC-SHA256 Credential=a"))
    real = datetime.datetime
    for what, minutes in ("an expired signature", -6), ("one of the future", 6):
        now = real.now(datetime.timezone.utc).replace(tzinfo=None) + datetime.timedelta(minutes=minutes)
        with unittest.mock.patch("botocore.auth.get_current_datetime", lambda remove_tzinfo=True, at=now: at):
            refused(what, wrong)

    # boto3 signs the same call of the same second alike, and the first of them may have been the one above.
    time.sleep(1)
    bedrock = boto3.client("bedrock-runtime")
    bedrock.meta.events.register("before-send.bedrock-runtime", lambda request, **_: remember(request))
    bedrock.converse(modelId=CLAUDE, messages=MESSAGES)
    refused("a replayed signature", wrong, replay)


def openai_calls():
    client = openai.OpenAI(base_url=ENDPOINT + "/openai/v1", api_key=BEARER_KEY, max_retries=0)
    chat = [{"role": "user", "content": "Hello"}]

    answer = client.chat.completions.create(model="openai.gpt-oss-20b-1:0", messages=chat)
    told("openai (Python)", "chat.completions", answer.usage.total_tokens)

    chunks = list(
        client.chat.completions.create(
            model="openai.gpt-oss-20b-1:0", messages=chat, stream=True, stream_options={"include_usage": True}
        )
    )
    told("openai (Python)", "chat.completions, streamed", chunks[-1].usage.total_tokens)

    answer = client.responses.create(model="us.openai.gpt-5.6-sol", input="Hello")
    told("openai (Python)", "responses", answer.usage.total_tokens)
    client.responses.retrieve(answer.id)
    client.responses.delete(answer.id)

    events = list(client.responses.create(model="us.openai.gpt-5.6-sol", input="Hello", stream=True))
    told("openai (Python)", "responses, streamed", events[-1].response.usage.total_tokens)

    mantle = openai.OpenAI(base_url=ENDPOINT + "/v1", api_key=BEARER_KEY, max_retries=0)
    answer = mantle.chat.completions.create(model="openai.gpt-oss-120b", messages=chat)
    told("openai (Python)", "chat.completions (mantle)", answer.usage.total_tokens)
    print(f"{'openai (Python)':22} {'models (mantle)':36} {len(list(mantle.models.list())):6} models")

    try:
        openai.OpenAI(base_url=ENDPOINT + "/openai/v1", api_key="bmk_wrong", max_retries=0).models.list()
        raise AssertionError("a key that does not exist was taken")
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        print(f"{'openai (Python)':22} {'another key':36} raises what the proxy refuses")

    try:
        client.chat.completions.create(model="", messages=chat)
        raise AssertionError("a call without a model was taken")
    except openai.BadRequestError:
        print(f"{'openai (Python)':22} {'chat.completions':36} raises what the proxy refuses")


def anthropic_calls():
    client = anthropic.Anthropic(base_url=ENDPOINT + "/anthropic", api_key=BEARER_KEY, max_retries=0)
    question = {"max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]}

    answer = client.messages.create(model=CLAUDE, **question)
    told("anthropic (Python)", "messages", answer.usage.output_tokens)

    with client.messages.stream(model=CLAUDE, **question) as stream:
        told("anthropic (Python)", "messages, streamed", stream.get_final_message().usage.output_tokens)

    mantle = anthropic.Anthropic(base_url=ENDPOINT + "/mantle/anthropic", api_key=BEARER_KEY, max_retries=0)
    answer = mantle.messages.create(model="anthropic.claude-sonnet-5", **question)
    told("anthropic (Python)", "messages (mantle)", answer.usage.output_tokens)

    bedrock = anthropic.AnthropicBedrock(base_url=ENDPOINT, max_retries=0)
    answer = bedrock.messages.create(model=CLAUDE, **question)
    told("AnthropicBedrock", "messages by InvokeModel", answer.usage.output_tokens)
    with bedrock.messages.stream(model=CLAUDE, **question) as stream:
        told("AnthropicBedrock", "the same, streamed", stream.get_final_message().usage.output_tokens)


boto3_calls()
boto3_refusals()
openai_calls()
anthropic_calls()
