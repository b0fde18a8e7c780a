// Secrets in Secret Manager: `<deployment>_NAME`. A deployment's name has no underscore, so none of another one begins so.

/** Bytes, Google's limit. */
export const LARGEST_SECRET = 65_536;

const LONGEST_NAME = 200;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The system needs PATH and HOME; bash sets or uses the others itself. */
const RESERVED =
  /^(PATH|HOME|IFS|PWD|OLDPWD|_|E?UID|PPID|GROUPS|SHELLOPTS|SHLVL|SECONDS|RANDOM|LINENO|DIRSTACK|FUNCNAME|PIPESTATUS|OPTIND|REPLY)$|^(BASH|MYMLOPS_)/;

/** Whether it may be the name of a variable for the command, and of a secret. */
export const isVariableName = (name: string): boolean =>
  NAME.test(name) && name.length <= LONGEST_NAME && !RESERVED.test(name);

/** Ids of deploy keys: of which repository, and which key. No variable has such a name. */
export const DEPLOY_KEY = /^deploy-key-[0-9a-f]{16}-[0-9a-f]{16}$/;

/** The deploy key of a secret's id; undefined where the id is not one of this deployment's. */
export function deployKeyIn(deployment: string, id: string): string | undefined {
  const name = id.startsWith(`${deployment}_`) ? id.slice(deployment.length + 1) : '';
  return DEPLOY_KEY.test(name) ? name : undefined;
}

/** Id of a secret without a value: it is there once the deploy key `id` has its value, which the client cannot see. */
export const storedMarkOf = (id: string): string => `${id}-stored`;

/** For people, where isVariableName refuses. */
export const VARIABLE_RULE =
  'a name has letters, digits and _, begins with no digit, and is neither a variable of the shell or system, such as PATH, nor one of MYMLOPS_...';

/** Id of the secret of a variable. */
export const secretId = (deployment: string, name: string): string => `${deployment}_${name}`;

/** The variable of a secret's id; undefined where the id is not one of this deployment's variables. */
export function secretNameIn(deployment: string, id: string): string | undefined {
  const name = id.startsWith(`${deployment}_`) ? id.slice(deployment.length + 1) : '';
  return isVariableName(name) ? name : undefined;
}
