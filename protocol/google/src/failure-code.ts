/** The code of an error of Google's libraries: a number of gRPC or HTTP, or a word of the system. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code;
