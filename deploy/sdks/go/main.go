// Every operation of the AWS SDK for Go, through the proxy; ends with an error at the first that goes wrong.
// The endpoint comes from AWS_ENDPOINT_URL_BEDROCK_RUNTIME.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/document"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const claude = "us.anthropic.claude-haiku-4-5-20251001-v1:0"

var (
	ctx      = context.Background()
	messages = []types.Message{{
		Role:    types.ConversationRoleUser,
		Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: "Hello"}},
	}}
	body = []byte(`{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}`)
)

func main() {
	log.SetFlags(0)
	cfg, err := config.LoadDefaultConfig(ctx)
	must("configuration", err)
	called := map[string]bool{}
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("called", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			called[middleware.GetOperationName(ctx)] = true
			return next.HandleInitialize(ctx, in)
		}), middleware.After)
	})
	bedrock := bedrockruntime.NewFromConfig(cfg)

	answer, err := bedrock.Converse(ctx, &bedrockruntime.ConverseInput{ModelId: aws.String(claude), Messages: messages})
	must("Converse", err)
	told("Converse", int(*answer.Usage.TotalTokens))

	stream, err := bedrock.ConverseStream(ctx, &bedrockruntime.ConverseStreamInput{
		ModelId: aws.String("amazon.nova-lite-v1:0"), Messages: messages,
	})
	must("ConverseStream", err)
	tokens := 0
	for event := range stream.GetStream().Events() {
		if metadata, ok := event.(*types.ConverseStreamOutputMemberMetadata); ok {
			tokens = int(*metadata.Value.Usage.TotalTokens)
		}
	}
	must("ConverseStream", stream.GetStream().Err())
	told("ConverseStream", tokens)

	invoked, err := bedrock.InvokeModel(ctx, &bedrockruntime.InvokeModelInput{ModelId: aws.String(claude), Body: body})
	must("InvokeModel", err)
	var message struct {
		Usage struct {
			OutputTokens int `json:"output_tokens"`
		} `json:"usage"`
	}
	must("InvokeModel", json.Unmarshal(invoked.Body, &message))
	told("InvokeModel", message.Usage.OutputTokens)

	chunks, err := bedrock.InvokeModelWithResponseStream(ctx, &bedrockruntime.InvokeModelWithResponseStreamInput{
		ModelId: aws.String(claude), Body: body,
	})
	must("InvokeModelWithResponseStream", err)
	var last struct {
		Metrics struct {
			Output int `json:"outputTokenCount"`
		} `json:"amazon-bedrock-invocationMetrics"`
	}
	for event := range chunks.GetStream().Events() {
		if chunk, ok := event.(*types.ResponseStreamMemberChunk); ok {
			must("InvokeModelWithResponseStream", json.Unmarshal(chunk.Value.Bytes, &last))
		}
	}
	must("InvokeModelWithResponseStream", chunks.GetStream().Err())
	told("InvokeModelWithResponseStream", last.Metrics.Output)

	counted, err := bedrock.CountTokens(ctx, &bedrockruntime.CountTokensInput{
		ModelId: aws.String("anthropic.claude-sonnet-4-20250514-v1:0"),
		Input:   &types.CountTokensInputMemberConverse{Value: types.ConverseTokensRequest{Messages: messages}},
	})
	must("CountTokens", err)
	told("CountTokens", int(*counted.InputTokens))

	guarded, err := bedrock.ApplyGuardrail(ctx, &bedrockruntime.ApplyGuardrailInput{
		GuardrailIdentifier: aws.String("gr1demo2demo3"),
		GuardrailVersion:    aws.String("1"),
		Source:              types.GuardrailContentSourceInput,
		Content: []types.GuardrailContentBlock{
			&types.GuardrailContentBlockMemberText{Value: types.GuardrailTextBlock{Text: aws.String("Hello")}},
		},
	})
	must("ApplyGuardrail", err)
	said("ApplyGuardrail", string(guarded.Action))

	checked, err := bedrock.InvokeGuardrailChecks(ctx, &bedrockruntime.InvokeGuardrailChecksInput{
		Checks: &types.GuardrailChecksConfig{ContentFilter: &types.GuardrailChecksContentFilterConfig{
			Categories: []types.GuardrailChecksContentFilterCategoryConfig{{Category: types.GuardrailChecksContentFilterCategoryHate}},
		}},
		Messages: []types.GuardrailChecksMessage{{
			Role:    types.GuardrailChecksRoleUser,
			Content: []types.GuardrailChecksContentBlock{&types.GuardrailChecksContentBlockMemberText{Value: "Hello"}},
		}},
	})
	must("InvokeGuardrailChecks", err)
	told("InvokeGuardrailChecks", int(*checked.Usage.ContentFilter.TextUnits))

	begun, err := bedrock.StartAsyncInvoke(ctx, &bedrockruntime.StartAsyncInvokeInput{
		ModelId: aws.String("amazon.nova-reel-v1:1"),
		ModelInput: document.NewLazyDocument(map[string]any{
			"taskType": "TEXT_VIDEO", "textToVideoParams": map[string]any{"text": "a boat"},
		}),
		OutputDataConfig: &types.AsyncInvokeOutputDataConfigMemberS3OutputDataConfig{
			Value: types.AsyncInvokeS3OutputDataConfig{S3Uri: aws.String("s3://films")},
		},
	})
	must("StartAsyncInvoke", err)
	job, err := bedrock.GetAsyncInvoke(ctx, &bedrockruntime.GetAsyncInvokeInput{InvocationArn: begun.InvocationArn})
	must("GetAsyncInvoke", err)
	jobs, err := bedrock.ListAsyncInvokes(ctx, &bedrockruntime.ListAsyncInvokesInput{})
	must("ListAsyncInvokes", err)
	if !slices.ContainsFunc(jobs.AsyncInvokeSummaries, func(one types.AsyncInvokeSummary) bool {
		return *one.InvocationArn == *begun.InvocationArn
	}) {
		log.Fatal("ListAsyncInvokes: the job that was begun is not listed")
	}
	said("Start-, Get-, ListAsyncInvokes", string(job.Status))

	told("InvokeModelWithBidirectionalStream", talk(cfg))

	refusals(cfg)

	_, err = bedrock.Converse(ctx, &bedrockruntime.ConverseInput{ModelId: aws.String("no.such-model"), Messages: messages})
	var invalid *types.ValidationException
	if !errors.As(err, &invalid) {
		log.Fatalf("Converse: a model that does not exist did not raise a ValidationException: %v", err)
	}
	said("Converse", "raises what Bedrock refuses")

	for i := range reflect.TypeOf(bedrock).NumMethod() {
		method := reflect.TypeOf(bedrock).Method(i)
		if method.Name != "Options" && !called[method.Name] {
			log.Fatalf("%s is offered and was not called", method.Name)
		}
	}
}

// What is not as it was signed is refused, and the SDK raises what AWS's own refusal would.
func refusals(cfg aws.Config) {
	own, err := cfg.Credentials.Retrieve(ctx)
	must("credentials", err)
	const wrong, unknown = "InvalidSignatureException", "UnrecognizedClientException"
	key := func(id, secret, token string) func(*bedrockruntime.Options) {
		return func(o *bedrockruntime.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider(id, secret, token)
		}
	}
	refused(cfg, "another secret", wrong, nothing, key(own.AccessKeyID, strings.Repeat("x", 40), ""))
	refused(cfg, "another key", unknown, nothing, key("BMKAAAAAAAAAAAAAAAAA", own.SecretAccessKey, ""))
	refused(cfg, "a session token", unknown, nothing, key(own.AccessKeyID, own.SecretAccessKey, "left-behind"))
	refused(cfg, "another region", wrong, nothing, func(o *bedrockruntime.Options) { o.Region = "eu-west-1" })
	refused(cfg, "a changed body", wrong, func(r *smithyhttp.Request) {
		changed := strings.NewReader(`{"messages":[{"role":"user","content":[{"text":"Hallo"}]}]}`)
		with, err := r.SetStream(changed)
		must("a changed body", err)
		with.ContentLength = changed.Size()
		*r = *with
	})
	refused(cfg, "another model", wrong, func(r *smithyhttp.Request) {
		r.URL.Path = strings.Replace(r.URL.Path, "haiku", "opus", 1)
		r.URL.RawPath = strings.Replace(r.URL.RawPath, "haiku", "opus", 1)
	})
	refused(cfg, "a header that was not signed", wrong, func(r *smithyhttp.Request) {
		r.Header.Set("X-Amzn-Bedrock-Trace", "ENABLED")
	})
	refused(cfg, "no signature", "MissingAuthenticationTokenException", func(r *smithyhttp.Request) {
		r.Header.Del("Authorization")
	})
	refused(cfg, "half a signature", "IncompleteSignatureException", func(r *smithyhttp.Request) {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a")
	})
	for what, wait := range map[string]time.Duration{"an expired signature": -6 * time.Minute, "one of the future": 6 * time.Minute} {
		refused(cfg, what, wrong, nothing, func(o *bedrockruntime.Options) {
			o.HTTPSignerV4 = otherClock{v4.NewSigner(), wait}
		})
	}

	var signed http.Header
	remembering := bedrockruntime.NewFromConfig(cfg, changing(func(r *smithyhttp.Request) { signed = r.Header.Clone() }))
	_, err = remembering.Converse(ctx, &bedrockruntime.ConverseInput{ModelId: aws.String(claude), Messages: messages})
	must("Converse", err)
	refused(cfg, "a replayed signature", wrong, func(r *smithyhttp.Request) { r.Header = signed })
}

// Signs at another time than it is.
type otherClock struct {
	*v4.Signer
	by time.Duration
}

func (c otherClock) SignHTTP(ctx context.Context, credentials aws.Credentials, r *http.Request, hash, service, region string,
	at time.Time, options ...func(*v4.SignerOptions)) error {
	return c.Signer.SignHTTP(ctx, credentials, r, hash, service, region, at.Add(c.by), options...)
}

func nothing(*smithyhttp.Request) {}

// Shows a function each request after it was signed; it may change it.
func changing(change func(*smithyhttp.Request)) func(*bedrockruntime.Options) {
	return func(o *bedrockruntime.Options) {
		o.RetryMaxAttempts = 1
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("changed", func(
				ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
			) (middleware.FinalizeOutput, middleware.Metadata, error) {
				change(in.Request.(*smithyhttp.Request))
				return next.HandleFinalize(ctx, in)
			}), "Signing", middleware.After)
		})
	}
}

// Makes a call, changed by a function after it was signed, that is to raise an error of this code.
func refused(cfg aws.Config, what, code string, change func(*smithyhttp.Request), options ...func(*bedrockruntime.Options)) {
	bedrock := bedrockruntime.NewFromConfig(cfg, append(options, changing(change))...)
	_, err := bedrock.Converse(ctx, &bedrockruntime.ConverseInput{ModelId: aws.String(claude), Messages: messages})
	var raised smithy.APIError
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &raised) || raised.ErrorCode() != code || !errors.As(err, &answer) || answer.HTTPStatusCode() != 403 {
		log.Fatalf("%s: %s is to be raised with status 403, not %v", what, code, err)
	}
	said(what, "raises "+code)
}

// Holds a session of a system prompt and two turns of a user who does not wait for the answer; the tokens of the session.
// Sessions take HTTP/2, which Go speaks in plaintext where it is told to.
func talk(cfg aws.Config) int {
	const operation = "InvokeModelWithBidirectionalStream"
	var http2 http.Protocols
	http2.SetUnencryptedHTTP2(true)
	bedrock := bedrockruntime.NewFromConfig(cfg, func(o *bedrockruntime.Options) {
		o.HTTPClient = &http.Client{Transport: &http.Transport{Protocols: &http2}}
	})
	answer, err := bedrock.InvokeModelWithBidirectionalStream(ctx, &bedrockruntime.InvokeModelWithBidirectionalStreamInput{
		ModelId: aws.String("amazon.nova-sonic-v1:0"),
	})
	must(operation, err)
	session := answer.GetStream()
	events := []string{
		`{"sessionStart":{}}`,
		`{"promptStart":{"promptName":"p"}}`,
		`{"contentStart":{"role":"SYSTEM","type":"TEXT"}}`,
		`{"textInput":{"content":"Be kind."}}`,
		`{"contentEnd":{}}`,
	}
	for _, length := range []int{20_000, 5_000} {
		events = append(events,
			`{"contentStart":{"role":"USER","type":"AUDIO"}}`,
			`{"audioInput":{"content":"`+strings.Repeat("A", length)+`"}}`,
			`{"contentEnd":{}}`)
	}
	for _, event := range append(events, `{"promptEnd":{}}`, `{"sessionEnd":{}}`) {
		must(operation, session.Send(ctx, &types.InvokeModelWithBidirectionalStreamInputMemberChunk{
			Value: types.BidirectionalInputPayloadPart{Bytes: []byte(`{"event":` + event + `}`)},
		}))
	}
	must(operation, session.Writer.Close())
	var heard struct {
		Event struct {
			Usage struct {
				Tokens int `json:"totalTokens"`
			} `json:"usageEvent"`
		} `json:"event"`
	}
	for event := range session.Events() {
		if chunk, ok := event.(*types.InvokeModelWithBidirectionalStreamOutputMemberChunk); ok {
			must(operation, json.Unmarshal(chunk.Value.Bytes, &heard))
		}
	}
	must(operation, session.Err())
	return heard.Event.Usage.Tokens
}

func must(operation string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", operation, err)
	}
}

func told(operation string, tokens int) {
	if tokens <= 0 {
		log.Fatalf("%s: no usage", operation)
	}
	said(operation, fmt.Sprintf("%6d units", tokens))
}

func said(operation, what string) {
	fmt.Printf("%-22s %-36s %s\n", "AWS SDK for Go v2", operation, what)
}
