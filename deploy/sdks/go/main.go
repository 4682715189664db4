// Every operation of the AWS SDK for Go, through the proxy; ends with an error at the first that goes wrong.
// The endpoint comes from AWS_ENDPOINT_URL_BEDROCK_RUNTIME.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
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

	_, err = bedrock.ListAsyncInvokes(ctx, &bedrockruntime.ListAsyncInvokesInput{})
	var denied *types.AccessDeniedException
	if !errors.As(err, &denied) {
		log.Fatalf("ListAsyncInvokes: asynchronous jobs are not switched off: %v", err)
	}
	said("ListAsyncInvokes", "refused, as it must be")

	_, err = bedrock.Converse(ctx, &bedrockruntime.ConverseInput{ModelId: aws.String("no.such-model"), Messages: messages})
	var invalid *types.ValidationException
	if !errors.As(err, &invalid) {
		log.Fatalf("Converse: a model that does not exist did not raise a ValidationException: %v", err)
	}
	said("Converse", "raises what Bedrock refuses")
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
	said(operation, fmt.Sprintf("%6d tokens", tokens))
}

func said(operation, what string) {
	fmt.Printf("%-22s %-30s %s\n", "AWS SDK for Go v2", operation, what)
}
