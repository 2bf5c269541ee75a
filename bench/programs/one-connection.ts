import { runDestination } from 'landfall'
import { PostgresDestination } from 'landfall/destinations/postgres'
import type { Warehouse } from 'landfall/sdk'

/** `destination-postgres` that loads over one connection instead of two. */
class OneConnectionDestination extends PostgresDestination {
  override async connect(...context: Parameters<PostgresDestination['connect']>): Promise<Warehouse> {
    return new Proxy(await super.connect(...context), {
      get: (warehouse, name) => {
        if (name === 'loadConcurrency') return 1
        const member: unknown = Reflect.get(warehouse, name, warehouse)
        return typeof member === 'function' ? member.bind(warehouse) : member
      },
    })
  }
}

await runDestination(new OneConnectionDestination())
