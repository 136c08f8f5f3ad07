// Pulumi's own encoder of property values, line by line on standard input and output.
//
//	values extract   a log of PULUMI_DEBUG_GRPC becomes one line for each distinct google.protobuf.Struct that the engine
//	                 wrote: {"from": where it stood, "properties": the Struct as JSON}
//	values encode    such lines become the protobuf encoding of the Struct, in hexadecimal
//	values again     encoded Structs, in hexadecimal, are decoded to property values and encoded again
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	_ "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// The longest line there may be; the engine's own limit of a message.
const longest = 400 << 20

func main() {
	modes := map[string]func(line []byte) ([]string, error){
		"extract": extract,
		"encode":  encode,
		"again":   again,
	}
	mode := modes[strings.Join(os.Args[1:], " ")]
	if mode == nil {
		fail(fmt.Errorf("usage: %s extract|encode|again", os.Args[0]))
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longest)
	seen := map[string]bool{}
	for lines.Scan() {
		written, err := mode(lines.Bytes())
		if err != nil {
			fail(err)
		}
		for _, line := range written {
			if os.Args[1] == "extract" && seen[line] {
				continue
			}
			seen[line] = true
			fmt.Println(line)
		}
	}
	if err := lines.Err(); err != nil {
		fail(err)
	}
}

type recorded struct {
	From       string          `json:"from"`
	Properties json.RawMessage `json:"properties"`
}

// extract finds what the engine wrote in one recorded call: it asks providers, and it answers programs.
func extract(line []byte) ([]string, error) {
	var call struct {
		Method            string
		Request, Response json.RawMessage
	}
	if err := json.Unmarshal(line, &call); err != nil {
		return nil, err
	}
	name := strings.ReplaceAll(strings.TrimPrefix(call.Method, "/"), "/", ".")
	descriptor, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil, err
	}
	method := descriptor.(protoreflect.MethodDescriptor)
	switch method.Parent().Name() {
	case "ResourceProvider":
		return structs(method, method.Input(), call.Request)
	case "ResourceMonitor":
		return structs(method, method.Output(), call.Response)
	default:
		return nil, nil
	}
}

func structs(
	method protoreflect.MethodDescriptor, kind protoreflect.MessageDescriptor, text json.RawMessage,
) ([]string, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	message := dynamicpb.NewMessage(kind)
	if err := protojson.Unmarshal(text, message); err != nil {
		return nil, err
	}
	var lines []string
	var failure error
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.IsMap() || field.IsList() || field.Message() == nil ||
			field.Message().FullName() != "google.protobuf.Struct" {
			return true
		}
		var line []byte
		line, failure = json.Marshal(recorded{
			From:       fmt.Sprintf("%s %s.%s", method.Name(), kind.Name(), field.Name()),
			Properties: json.RawMessage(protojson.Format(value.Message().Interface())),
		})
		lines = append(lines, string(line))
		return failure == nil
	})
	// A message ranges in no order of its own.
	slices.Sort(lines)
	return lines, failure
}

func encode(line []byte) ([]string, error) {
	var record recorded
	if err := json.Unmarshal(line, &record); err != nil {
		return nil, err
	}
	var properties structpb.Struct
	if err := protojson.Unmarshal(record.Properties, &properties); err != nil {
		return nil, err
	}
	return hexadecimal(&properties)
}

// again keeps all that the engine can keep.
func again(line []byte) ([]string, error) {
	encoded, err := hex.DecodeString(string(line))
	if err != nil {
		return nil, err
	}
	var properties structpb.Struct
	if err := proto.Unmarshal(encoded, &properties); err != nil {
		return nil, err
	}
	keepAll := plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true, KeepByteString: true,
	}
	values, err := plugin.UnmarshalProperties(&properties, keepAll)
	if err != nil {
		return nil, err
	}
	written, err := plugin.MarshalProperties(values, keepAll)
	if err != nil {
		return nil, err
	}
	return hexadecimal(written)
}

// hexadecimal writes the keys of objects in order, as protobuf itself leaves the order open.
func hexadecimal(properties *structpb.Struct) ([]string, error) {
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(properties)
	return []string{hex.EncodeToString(encoded)}, err
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	os.Exit(1)
}
