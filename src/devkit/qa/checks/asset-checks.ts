import type { TextFile } from '../../connector/connector.ts'
import type { Finding } from '../../finding.ts'
import type { Check } from '../check.ts'
import { readSvg } from '../svg.ts'

/** The platform loads every icon in its list of connectors. */
const mostIconBytes = 100 * 1024

/** Design tools round; an icon of 51.49 x 51.43 is square to the eye. */
const squareTolerance = 0.005

export const assetChecks: readonly Check[] = [
  {
    name: 'icon',
    category: 'assets',
    promise: 'icon.svg is there, is a small SVG, and runs nothing.',
    run: ({ connector: { files, folder } }) => {
      const icon = files.get('icon.svg')
      if (icon !== undefined) return checkIcon(icon)
      const other = [...files.keys()].find((name) => /^icon\.|\.svg$/i.test(name))
      const advice =
        other === undefined ? 'Add a square SVG.' : `\`${other}\` is not it: rename or convert it.`
      return [{ message: `There is no \`icon.svg\` in \`${folder}\`. ${advice}` }]
    },
  },
  {
    name: 'icon-square',
    category: 'assets',
    promise: 'The icon is square.',
    run: ({ connector: { files } }) => {
      const icon = files.get('icon.svg')
      if (icon === undefined || readSvg(icon.text).problem !== undefined) {
        return { skipped: 'there is no readable `icon.svg`; see `icon`' }
      }
      return checkSquare(icon)
    },
  },
]

function checkIcon({ path: file, text }: TextFile): readonly Finding[] {
  const { problem } = readSvg(text)
  if (problem !== undefined)
    return [{ file, message: `This is not an SVG: ${problem}. Export the icon again.` }]
  const bytes = Buffer.byteLength(text)
  const messages = [
    ...(bytes > mostIconBytes
      ? [`The icon has ${Math.round(bytes / 1024)} kB. Simplify it to less than ${mostIconBytes / 1024} kB.`]
      : []),
    ...(/<script\b|<foreignObject\b|\son\w+\s*=/i.test(text)
      ? ['The icon holds a script or foreign content. Remove it: the platform shows this file to everybody.']
      : []),
    ...(/(?:xlink:)?href\s*=\s*["'](?:https?:)?\/\//i.test(text)
      ? ['The icon loads something from another place. Put it into the file.']
      : []),
  ]
  return messages.map((message) => ({ file, message }))
}

function checkSquare({ path: file, text }: TextFile): readonly Finding[] {
  const { width, height, viewBox } = readSvg(text)
  const shape = viewBox ?? (width !== undefined && height !== undefined ? { width, height } : undefined)
  if (shape === undefined) {
    return [
      {
        file,
        message:
          'The icon does not tell its shape. Add `viewBox="0 0 250 250"` to the root, with the size of the drawing.',
      },
    ]
  }
  const difference = Math.abs(shape.width - shape.height) / Math.max(shape.width, shape.height)
  if (difference <= squareTolerance) return []
  const side = Math.max(shape.width, shape.height)
  const advice = `Make the drawing ${side} x ${side}, for example with a larger \`viewBox\`.`
  return [{ file, message: `The icon is ${shape.width} x ${shape.height}, not square. ${advice}` }]
}
