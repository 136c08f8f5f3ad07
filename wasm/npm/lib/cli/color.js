// When a report is coloured: by choice, else by the conventions for environment variables and terminals.

export function isColored(choice, { env, stdout } = process) {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.CLICOLOR_FORCE) return true;
  if (env.CLICOLOR === '0' || !stdout.isTTY) return false;
  const capable = env.TERM === undefined ? process.platform === 'win32' : env.TERM !== 'dumb';
  return capable || env.CLICOLOR !== undefined || env.CI !== undefined;
}
