import type { Finding } from '../../finding.ts'
import type { Check } from '../check.ts'

/** Addresses that are names, or that do not leave the machine. */
const harmless =
  /^http:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal|json-schema\.org|www\.w3\.org|[\w.-]+\.(?:test|example|invalid|localhost)|(?:[\w-]+\.)?example\.(?:com|org|net))(?:[/:"'`)\s]|$)/

/** Tests talk to servers of their own; licences and locks are not written by the author. */
const skipped =
  /(^|\/)(tests?|integration[_-]tests?|unit[_-]tests?|fixtures|__fixtures__)\/|\.(test|spec)\.[cm]?[jt]s$|\.svg$|(^|\/)(LICENSE|NOTICE|package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$/

const comments: { readonly [ending: string]: RegExp } = {
  ts: /^\s*(\/\/|\*|\/\*)/,
  js: /^\s*(\/\/|\*|\/\*)/,
  mjs: /^\s*(\/\/|\*|\/\*)/,
  yaml: /^\s*#/,
  yml: /^\s*#/,
  py: /^\s*#/,
  sh: /^\s*#/,
  md: /^\s*<!--/,
}

export const securityChecks: readonly Check[] = [
  {
    name: 'https-only',
    category: 'security',
    promise: 'No file of the connector holds an unencrypted address.',
    run: ({ connector: { files } }) =>
      [...files]
        .filter(([path]) => !skipped.test(path))
        .flatMap(([name, { path, text }]) => findHttp(name, path, text)),
  },
  {
    name: 'secrets-kept-out',
    category: 'security',
    promise: 'git ignores `secrets/`, and holds nothing of it.',
    run: ({ connector: { committedSecrets, ignoresSecrets } }) => {
      if (ignoresSecrets === undefined) return { skipped: 'the folder is in no git repository' }
      const committed = committedSecrets.map(
        (path): Finding => ({
          file: path,
          message:
            'This file is in git. Take it out (`git rm --cached`), and change the credentials: history keeps them.',
        }),
      )
      if (ignoresSecrets) return committed
      return [
        ...committed,
        { message: 'git does not ignore `secrets/`. Add the line `secrets/` to `.gitignore`.' },
      ]
    },
  },
]

function findHttp(name: string, path: string, text: string): readonly Finding[] {
  const comment = comments[name.split('.').at(-1) ?? '']
  return text.split('\n').flatMap((line, index): readonly Finding[] => {
    if (comment?.test(line) === true || line.includes('ignore-https-check')) return []
    const addresses = Array.from(line.matchAll(/http:\/\/\S*/g), ([address]) => address)
    const wrong = addresses.find((address) => !harmless.test(`${address} `))
    if (wrong === undefined) return []
    const shown = wrong.replace(/["'`)>,].*$/, '')
    return [
      {
        file: path,
        line: index + 1,
        message: `\`${shown}\` is not encrypted. Use https://, or write \`ignore-https-check\` in a comment on this line.`,
      },
    ]
  })
}
