// Text for Terraform's language, in which ${ and %{ would begin an expression.
// https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences

/** Both are doubled at their first character. For a string in HCL, or for JSON as a whole. */
export const withoutExpressions = (text: string): string =>
  text.replaceAll(/[$%]\{/g, (start) => `${start[0]}${start}`);
