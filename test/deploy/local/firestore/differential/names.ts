// Names in one database, which stands for that of the sequence that is played.

export const DATABASE = 'projects/local/databases/d';
export const nameOf = (documentPath: string): string => `${DATABASE}/documents/${documentPath}`;
