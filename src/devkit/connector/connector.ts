import type { SourceDocument } from '../source-document.ts'

export type TextFile = {
  /** As a person would type it. */
  readonly path: string
  readonly text: string
}

/** A connector's folder and what belongs to it, as read from disk. Checks decide about it without reading more. */
export type Connector = {
  /** Without `destination-` in front. */
  readonly name: string
  /** Absolute. */
  readonly folder: string
  /** The repository that the folder is in; absolute. The folder itself where there is no repository. */
  readonly root: string
  /** Text files of the folder, by their path from it; what is installed or built is left out. */
  readonly files: ReadonlyMap<string, TextFile>
  readonly metadata: SourceDocument | undefined
  /** `spec.json`, or the specification inside of `manifest.yaml`. */
  readonly spec: SourceDocument | undefined
  /** Why `manifest.yaml` describes no destination; undefined where it does, or where there is none. */
  readonly manifestProblem: string | undefined
  readonly documentation: Page
  readonly migrationGuide: Page
  /** The nearest package.json: that of the folder, or of the repository. */
  readonly package: SourceDocument | undefined
  /** That of the folder, or the one that all connectors of the repository share. */
  readonly dockerfile: TextFile | undefined
  /** Paths of the files with its tests. */
  readonly tests: readonly string[]
  /** Paths of files in `secrets/` that git knows. */
  readonly committedSecrets: readonly string[]
  /** Whether git ignores `secrets/`. Undefined where there is no git. */
  readonly ignoresSecrets: boolean | undefined
}

/** A page that may be in one of several places. */
export type Page = {
  readonly file: TextFile | undefined
  /** Where it was looked for, most usual first. */
  readonly places: readonly string[]
  /** Relative links that lead to no file. */
  readonly brokenLinks: readonly { readonly target: string; readonly line: number }[]
}

/** The version that the base branch has, to compare with. */
export type Base =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'new'; readonly reference: string }
  | {
      readonly kind: 'released'
      readonly reference: string
      readonly metadata: SourceDocument
      readonly spec: SourceDocument | undefined
      /** Paths from the connector's folder of files that are not as in the base. */
      readonly changedFiles: readonly string[]
    }
