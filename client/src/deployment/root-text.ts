// The root that a user gives to Terraform: main.tf, with the choices that make this deployment.
import { DEPLOYMENT_RULE, isDeployment } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { withoutExpressions } from './literal';
import { PROVIDER_VERSION, TERRAFORM_VERSION } from './terraform-versions';

export interface Root {
  project: string;
  region: string;
  deployment: string;
  bucketSuffix: string;
  /** As in Google's policies: `user:me@example.com`. */
  users: string[];
}

/** As in deploy/gcp/modules/mymlops/variables.tf, which says more. */
const PROJECT = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const REGION = /^[a-z]+-[a-z]+\d+$/;
const MEMBER = /^(user|group|serviceAccount|principal|principalSet):\S+$/;

/** Throws ExpectedError. */
export function checkRoot({ region, ...root }: Omit<Root, 'region'> & { region: string | undefined }): Root {
  const refuse = (sentence: string): never => {
    throw new ExpectedError(sentence, EXIT.usage);
  };
  if (!PROJECT.test(root.project)) {
    refuse(`${root.project} is not the id of a project: it has 6 to 30 of a-z, 0-9 and -, for example my-project-1.`);
  }
  if (!isDeployment(root.deployment)) refuse(`${root.deployment}: ${DEPLOYMENT_RULE}.`);
  if (region === undefined) {
    return refuse(
      'Say where: --region europe-west4, for example. It cannot be changed later; VMs may be in every region.',
    );
  }
  if (!REGION.test(region))
    refuse(`${region} is not a region. One is europe-west4; a zone, such as europe-west4-a, is not.`);
  const wrong = root.users.find((user) => !MEMBER.test(user));
  if (wrong !== undefined) {
    refuse(
      `--user ${wrong}: write user:${wrong.includes('@') ? wrong : 'me@example.com'}, or group:... or serviceAccount:...`,
    );
  }
  return { ...root, region };
}

/** main.tf. `source`: the module's folder, as the root names it. */
export function rootText(root: Root, source: string): string {
  return `# A deployment of mymlops. This file is yours: \`mymlops-client deploy --write\` made it and does not change it again.
# All variables: ${source}/README.md
#
# Terraform keeps what it has made in terraform.tfstate beside this file. For a team, and to be safe from losing it, keep it in a
# bucket: https://developer.hashicorp.com/terraform/language/backend/gcs

terraform {
  required_version = "${TERRAFORM_VERSION}"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "${PROVIDER_VERSION}"
    }
  }
}

provider "google" {
  project = ${quoted(root.project)}
  region  = ${quoted(root.region)}
  # With a person's own login, some services want to know the project that pays for a call.
  user_project_override = true
  billing_project       = ${quoted(root.project)}
}

locals {
  version = jsondecode(file("\${path.module}/mymlops/version.json"))
}

module "mymlops" {
  source = ${quoted(source)}

  # Another value would make a second deployment beside this one's data.
  project       = ${quoted(root.project)}
  region        = ${quoted(root.region)}
  deployment    = ${quoted(root.deployment)}
  bucket_suffix = ${quoted(root.bucketSuffix)}

  functions_zip     = "\${path.module}/mymlops/functions.zip"
  functions_version = local.version.version
  oldest_client     = local.version.oldestClient

  users = [${root.users.map(quoted).join(', ')}]
}

output "names" {
  description = "Every name of the deployment."
  value       = module.mymlops.names
}
`;
}

const quoted = (text: string): string => withoutExpressions(JSON.stringify(text));
