// Roots of Terraform for the suites of the stand-in of Google's provider.
import { startTerraformGoogle, type TerraformGoogle } from '../../fakes/terraform-google';
import { openTerraform, type Terraform } from './terraform';

export const HEAD = `
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

provider "google" {
  project = "my-project"
  region  = "europe-west4"
}
`;

const opened: { terraform: Terraform; provider: TerraformGoogle }[] = [];

afterEach(async () => {
  for (const { terraform, provider } of opened.splice(0)) {
    provider.close();
    await terraform.remove();
  }
});

/** A root with these resources, in which `terraform init` was run. It is gone after the test. */
export async function openRoot(text: string, apis?: string[]): Promise<{ terraform: Terraform } & TerraformGoogle> {
  const provider = await startTerraformGoogle({ apis });
  const terraform = await openTerraform(provider, { 'main.tf': HEAD + text });
  opened.push({ terraform, provider });
  expect(await terraform.init()).toMatchObject({ code: 0 });
  return { terraform, ...provider };
}
