// Files that the bundler turns into their text.

declare module '*.yaml' {
  const text: string;
  export default text;
}

declare module '*.tf' {
  const text: string;
  export default text;
}
