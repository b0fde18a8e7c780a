// Versions of Terraform and of Google's provider that the module takes. A test holds them against its versions.tf.
export const LEAST_TERRAFORM = '1.9';
export const TERRAFORM_VERSION = `>= ${LEAST_TERRAFORM}`;
export const PROVIDER_VERSION = '>= 7.34, < 8.0';
