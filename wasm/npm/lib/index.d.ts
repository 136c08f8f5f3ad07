import type { AccessReport, Kind, Report } from './report.js';

export type * from './report.js';

/** What the functions may be told beside the text. */
export interface Options {
  /** The name that a bare text goes by in the report; its ending tells the kind. Default `-`. */
  filename?: string;
  /** How to read the text, whatever name and content tell. */
  kind?: Kind;
  /** The text of a configuration, as in `descope-keys.toml`. One that is not valid throws. */
  config?: string;
  /** The time to hold expiries against, in unix seconds. Default: the current time. */
  now?: number;
  /** Values of Terraform variables by name, over those that the files give them. */
  terraformVariables?: Record<string, string>;
}

/** One file of several. */
export interface SourceFile {
  name: string;
  text: string;
  /**
   * What it is read for: to be checked (the default); to understand the others, as the siblings of a Terraform file
   * and its modules; or to give values to Terraform's variables, as `-var-file` does.
   */
  role?: 'checked' | 'context' | 'variables';
}

/** Makes the functions ready. Needed in browsers and for `descope-keys/inline`; elsewhere it does nothing. */
export function init(): Promise<void>;

/** The findings in a text or in several files. Throws only on misuse. */
export function check(input: string | SourceFile[], options?: Options): Report;

/** What deploying `newInput` over `oldInput` would do to each key. Throws only on misuse. */
export function diff(
  oldInput: string | SourceFile[],
  newInput: string | SourceFile[],
  options?: Options,
): Report;

/** What each key may do, where from, and until when. Throws only on misuse. */
export function access(input: string | SourceFile[], options?: Options): AccessReport;
