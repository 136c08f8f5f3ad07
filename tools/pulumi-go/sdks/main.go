// The generators of Pulumi's own library, for the languages whose hosts cannot be had as Go modules.
//
//	sdks SCHEMA FOLDER
//
// writes the SDKs of the package with that schema to FOLDER/nodejs, FOLDER/python and FOLDER/go.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	// What generated SDKs import: so its pins are here too, and its compiled form in Go's cache.
	_ "github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	_ "github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

const tool = "the tests"

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: %s SCHEMA FOLDER", os.Args[0]))
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fail(err)
	}
}

func generate(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	loader := schema.NewNullLoader()
	generators := map[string]func(*schema.Package) (map[string][]byte, error){
		"nodejs": func(bound *schema.Package) (map[string][]byte, error) {
			return nodejs.GeneratePackage(tool, bound, nil, nil, true, nil)
		},
		"python": func(bound *schema.Package) (map[string][]byte, error) {
			return python.GeneratePackage(tool, bound, nil, nil)
		},
		"go": func(bound *schema.Package) (map[string][]byte, error) {
			return gogen.GeneratePackage(tool, bound, nil)
		},
	}
	for language, generator := range generators {
		// A generator leaves marks in what it is given, so each gets a package of its own.
		bound, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
		if err != nil {
			return err
		}
		// A warning is a fault of the schema too.
		if len(diagnostics) > 0 {
			return diagnostics
		}
		files, err := generator(bound)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		for name, content := range files {
			path := filepath.Join(folder, language, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	os.Exit(1)
}
