/** An answer's text, as far as it was read. */
export type AnswerText = { readonly text: string; readonly isWhole: boolean }

/** Reads the body of an answer up to a limit; what a server sends beyond it is not waited for. */
export async function readAnswer(response: Response, maximumBytes: number): Promise<AnswerText> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the stream, which closes the connection.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maximumBytes) break
  }
  const text = Buffer.concat(chunks).subarray(0, maximumBytes).toString()
  return { text: text.replace(/^\uFEFF/, ''), isWhole: bytes <= maximumBytes }
}
