import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const REASON = 'the text and the fields of a log line are for people; tests do not compare them';

/** Whether it is `context.log('ERROR', ...)` or `log('ERROR', ...)`, the form of all log lines (functions/src/ports/log.ts). */
const isLogCall = (path) => {
  if (!path.isCallExpression()) return false;
  const { callee, arguments: parameters } = path.node;
  return (callee.property ?? callee).name === 'log' && parameters[0]?.type === 'StringLiteral';
};

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'logs', { shouldIgnore: (path) => (isLogCall(path) ? REASON : undefined) }),
];
