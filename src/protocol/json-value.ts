/** A JSON number by its text, so that no digit is lost. */
export class JsonNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** JSON without loss: numbers keep their text, objects keep the order of their keys (also `"2"` before `"1"`). */
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | JsonObject

export type JsonObject = Map<string, JsonValue>
