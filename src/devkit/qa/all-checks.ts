import type { Check } from './check.ts'
import { assetChecks } from './checks/asset-checks.ts'
import { documentationChecks } from './checks/documentation-checks.ts'
import { metadataChecks } from './checks/metadata-checks.ts'
import { packagingChecks } from './checks/packaging-checks.ts'
import { securityChecks } from './checks/security-checks.ts'
import { specChecks } from './checks/spec-checks.ts'
import { testingChecks } from './checks/testing-checks.ts'
import { versionChecks } from './checks/version-checks.ts'

/** Every check, in the order of reports. */
export const allChecks: readonly Check[] = [
  ...metadataChecks,
  ...specChecks,
  ...documentationChecks,
  ...assetChecks,
  ...packagingChecks,
  ...securityChecks,
  ...testingChecks,
  ...versionChecks,
]
