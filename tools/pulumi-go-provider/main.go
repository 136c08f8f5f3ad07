// The framework's example `greeting`, written with pulumi-go-provider, for `cargo xtask bench provider`.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

func main() {
	provider, err := infer.NewProviderBuilder().
		WithResources(infer.Resource(&Greeting{})).
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{"main": "index"}).
		Build()
	if err == nil {
		err = provider.Run(context.Background(), "greetings", "0.1.0")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

type Greeting struct{}

type Inputs struct {
	To    string `pulumi:"to" provider:"replaceOnChanges"`
	Words string `pulumi:"words,optional"`
}

func (inputs *Inputs) Annotate(annotator infer.Annotator) {
	annotator.SetDefault(&inputs.Words, "Hello")
}

type State struct {
	Inputs
	Text string `pulumi:"text"`
}

func greet(inputs Inputs) State {
	return State{Inputs: inputs, Text: fmt.Sprintf("%s, %s!", inputs.Words, inputs.To)}
}

func (*Greeting) Create(
	_ context.Context, request infer.CreateRequest[Inputs],
) (infer.CreateResponse[State], error) {
	return infer.CreateResponse[State]{ID: request.Name, Output: greet(request.Inputs)}, nil
}

func (*Greeting) Read(
	_ context.Context, request infer.ReadRequest[Inputs, State],
) (infer.ReadResponse[Inputs, State], error) {
	return infer.ReadResponse[Inputs, State]{ID: request.ID, Inputs: request.Inputs, State: request.State}, nil
}

func (*Greeting) Update(
	_ context.Context, request infer.UpdateRequest[Inputs, State],
) (infer.UpdateResponse[State], error) {
	return infer.UpdateResponse[State]{Output: greet(request.Inputs)}, nil
}
