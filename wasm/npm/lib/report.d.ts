// Generated from the Rust types of the report by `cargo xtask generate`.

/**
 * What the keys may do.
 */
export type AccessReport = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The keys, by file and place.
 */
keys: Array<KeyAccess>,
/**
 * What could not be read, and so may hide keys.
 */
findings: Array<Finding>, };

/**
 * Text to put in the place of other text.
 */
export type Edit = {
/**
 * Where the old text begins.
 */
start: Position,
/**
 * Where the old text ends.
 */
end: Position,
/**
 * The new text.
 */
text: string, };

/**
 * One difference between two versions of a key.
 */
export type FieldChange = {
/**
 * Where, in the names of the new version.
 */
path: string,
/**
 * How it differs.
 */
change: "added" | "removed" | "modified",
/**
 * What the difference does to the key.
 */
effect: "update" | "replace",
/**
 * Whether it differs for certain.
 */
certain: boolean,
/**
 * The old value, for people to read.
 */
old: string | null,
/**
 * The new value, for people to read.
 */
new: string | null, };

/**
 * One finding.
 */
export type Finding = {
/**
 * The id of the rule.
 */
rule: string,
/**
 * `error`, `warning` or `note`.
 */
severity: "error" | "warning" | "note",
/**
 * One short phrase that stands alone.
 */
message: string,
/**
 * The file, as the caller named it.
 */
file: string,
/**
 * The address of the resource; empty if the finding is about the file.
 */
resource: string,
/**
 * Where in the declaration, in the document's own names.
 */
path: string,
/**
 * Where it begins.
 */
start: Position,
/**
 * Where it ends; this place does not belong to it.
 */
end: Position,
/**
 * Other places that explain it.
 */
related: Array<Related>,
/**
 * What to do, if there is more to say than the message does.
 */
help: string | null,
/**
 * Edits that mend it.
 */
fixes: Array<Fix>, };

/**
 * Edits that mend a finding.
 */
export type Fix = {
/**
 * What it does.
 */
title: string,
/**
 * `safe` if it keeps what the author meant, `unsafe` if it must be read first.
 */
safety: "safe" | "unsafe",
/**
 * The edits, which do not overlap.
 */
edits: Array<Edit>, };

/**
 * Where a key may be used from.
 */
export type From = {
/**
 * Whether there is no limit.
 */
anywhere: boolean,
/**
 * The networks in CIDR notation, joined as far as possible, IPv4 first.
 */
networks: Array<string>,
/**
 * Whether these are all; if not, some are not known.
 */
complete: boolean, };

/**
 * What one key may do.
 */
export type KeyAccess = {
/**
 * The address of the resource.
 */
resource: string,
/**
 * The file, as the caller named it.
 */
file: string,
/**
 * Where the declaration begins.
 */
start: Position,
/**
 * What people call it; null if that is not known.
 */
name: string | null,
/**
 * Whether it works; null if that is not known.
 */
status: "active" | "inactive" | null,
/**
 * What it may do, the widest scope first.
 */
grants: Array<Scope>,
/**
 * Where it may be used from.
 */
from: From,
/**
 * When it stops working, in unix seconds; 0 means never, null that it is not known.
 */
expire_time: number | null,
/**
 * The same for people: `never`, or the moment in UTC.
 */
expires: string | null,
/**
 * The paths of values that are not known, sensitive or invalid. What they add is missing here.
 */
unclear: Array<string>, };

/**
 * What becomes of one key.
 */
export type KeyChange = {
/**
 * The address of the resource.
 */
resource: string,
/**
 * The address that it had before, if that was another.
 */
former_resource: string | null,
/**
 * What becomes of the key for certain.
 */
effect: "none" | "update" | "create" | "delete" | "replace",
/**
 * What may become of it if the unknown values turn out to differ.
 */
possible_effect: "none" | "update" | "create" | "delete" | "replace",
/**
 * If the key is let go of, or is or may be replaced: whether the old one, and its secret, die before or after the
 * new one exists, or never.
 */
old_key_dies: "before" | "after" | "never" | null,
/**
 * What differs; empty for a key that is new, gone or unchanged.
 */
fields: Array<FieldChange>, };

/**
 * A place in a file.
 */
export type Position = {
/**
 * Line, from 1.
 */
line: number,
/**
 * Column in Unicode scalar values, from 1.
 */
column: number,
/**
 * Offset in UTF-8 bytes, from 0.
 */
offset: number,
/**
 * Offset in UTF-16 code units, from 0; only where it was asked for.
 */
utf16: number, };

/**
 * A place that explains a finding.
 */
export type Related = {
/**
 * What is there.
 */
message: string,
/**
 * The file, as the caller named it.
 */
file: string,
/**
 * Where it begins.
 */
start: Position,
/**
 * Where it ends.
 */
end: Position, };

/**
 * The report of a check or of a comparison.
 */
export type Report = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The findings, by file, place and rule; those of a comparison are about the new version, and at last about what
 * cannot be read of the old one.
 */
findings: Array<Finding>,
/**
 * What becomes of each key, as far as two versions are known: those of a comparison, or those that a plan or a
 * preview tells.
 */
changes: Array<KeyChange>,
/**
 * The counts; those of a comparison are of the new version.
 */
summary: Summary, };

/**
 * The roles in one scope.
 */
export type Scope = {
/**
 * Where the roles hold: in the whole company, in the projects with a tag, in one project.
 */
scope: "company" | "tag" | "project",
/**
 * Which tag or project; null for the company, and if it is not known.
 */
target: string | null,
/**
 * The roles, sorted.
 */
roles: Array<string>,
/**
 * Whether these are all; if not, some are not known.
 */
complete: boolean, };

/**
 * How much was read and found.
 */
export type Summary = {
/**
 * Texts read.
 */
files: number,
/**
 * Keys that they declare.
 */
keys: number,
/**
 * Findings that are errors.
 */
errors: number,
/**
 * Findings that are warnings.
 */
warnings: number,
/**
 * Findings that are notes.
 */
notes: number,
/**
 * Findings that comments allow, which are not listed.
 */
suppressed: number,
/**
 * Values of those keys that cannot be known from the texts.
 */
unknown_values: number, };

/**
 * How a text can be read.
 */
export type Kind = "pulumi-yaml" | "pulumi-config" | "terraform-hcl" | "terraform-json" | "terraform-variables" | "plain" | "terraform-plan" | "pulumi-preview" | "pulumi-state";
