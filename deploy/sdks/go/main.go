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

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/document"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go/middleware"
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
