import { runDestination } from 'landfall'
import destination from './index.ts'

await runDestination(destination)
