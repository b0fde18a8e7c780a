// Roles, accounts and members.
import { isBalanced, type Rule, type Rules, type WholeRule } from './rule';
import { isKnownPermission } from '../permissions';

export const MEMBER_RULES: Rule[] = [
  {
    at: 'member',
    allows:
      /^(?:allUsers|allAuthenticatedUsers|(?:user|group|serviceAccount):[^@\s]+@[^@\s]+|domain:\S+|principal(?:Set)?:\/\/\S+|project(?:Owner|Editor|Viewer):\S+)$/,
    must: 'a member with its kind, such as user:ada@example.com',
    source: 'https://cloud.google.com/iam/docs/principal-identifiers',
  },
  {
    at: 'role',
    allows: /^(?:roles\/[a-zA-Z0-9_.]+|(?:projects|organizations)\/[^/]+\/roles\/[a-zA-Z0-9_.]{3,64})$/,
    must: 'roles/NAME, or the whole name of a custom role',
    source: 'https://cloud.google.com/iam/docs/roles-overview',
  },
  {
    at: 'condition.title',
    allows: /^.{1,100}$/s,
    must: '1 to 100 characters',
    source: 'https://cloud.google.com/iam/docs/conditions-overview',
  },
  {
    at: 'condition.expression',
    allows: (text) => String(text).length <= 12_000 && isBalanced(String(text)),
    must: 'an expression of CEL, with as many closing as opening quotes and brackets',
    source: 'https://cloud.google.com/iam/docs/conditions-overview',
  },
];

export const IAM_RULES: Rules = {
  google_project_service: [
    {
      at: 'service',
      allows: /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
      must: 'the name of an API, such as run.googleapis.com',
      source: 'provider: resource_google_project_service.go',
    },
  ],
  google_project_iam_custom_role: [
    {
      at: 'role_id',
      allows: /^[a-zA-Z0-9_.]{3,64}$/,
      must: '3 to 64 of letters, digits, _ and .',
      source: 'https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/create',
    },
    {
      at: 'title',
      allows: /^.{1,100}$/s,
      must: 'at most 100 characters',
      source: 'https://cloud.google.com/iam/docs/creating-custom-roles',
    },
    {
      at: 'description',
      allows: /^.{0,300}$/s,
      must: 'at most 300 characters',
      source: 'https://cloud.google.com/iam/docs/creating-custom-roles',
    },
    {
      at: 'permissions',
      allows: (list) => Array.isArray(list) && list.length > 0,
      must: 'at least one permission',
      source: 'provider: resource_google_project_iam_custom_role.go',
    },
    {
      at: 'permissions.*',
      allows: (name) => isKnownPermission(String(name)),
      must: 'a permission that Google knows and takes in a role of a project',
      source: 'https://cloud.google.com/iam/docs/permissions-reference',
    },
  ],
  google_service_account: [
    {
      at: 'account_id',
      allows: /^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/,
      must: '6 to 30 of a-z, 0-9 and -, and begin with a letter',
      source: 'https://cloud.google.com/iam/docs/service-accounts-create',
    },
    {
      at: 'display_name',
      allows: /^.{0,100}$/s,
      must: 'at most 100 characters',
      source: 'https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts',
    },
    {
      at: 'description',
      allows: /^.{0,256}$/s,
      must: 'at most 256 characters',
      source: 'https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts',
    },
  ],
};

export const MEMBER_WHOLE: WholeRule[] = [
  {
    source: 'https://cloud.google.com/iam/docs/conditions-overview',
    refuses({ member, role, condition }) {
      if (!Array.isArray(condition) || condition.length === 0) return undefined;
      if (/^all(?:Authenticated)?Users$/.test(String(member))) return `condition: not possible for ${String(member)}`;
      return /^roles\/(?:owner|editor|viewer)$/.test(String(role))
        ? `condition: not possible with ${String(role)}`
        : undefined;
    },
  },
];
