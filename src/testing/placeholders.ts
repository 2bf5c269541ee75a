/** Stands for the case's own namespace in the streams and lines of a case. */
export const caseNamespace = 'CASE_NAMESPACE'
