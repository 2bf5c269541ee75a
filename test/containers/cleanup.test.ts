import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { describe, expect, inject, it } from 'vitest'
import { builtImage, engineProblem, titled } from '../support/containers/containers.ts'
import { docker, findDeadRuns, imageName, labelArguments, removeRun } from '../support/containers/docker.ts'

describe.skipIf(engineProblem !== undefined)(titled('what tests leave in the engine', engineProblem), () => {
  it('goes with the next run where a killed one could not clean up', { timeout: 300_000 }, async () => {
    const image = await builtImage('postgres')
    const deadRun = endedProcess()
    const name = `landfall-test-${deadRun}-left-behind`
    await docker('network', 'create', ...labelArguments(deadRun), name)
    await docker('tag', image, imageName('postgres', deadRun))
    const sleep = ['--entrypoint', '/bin/sh', image, '-c', 'sleep 600']
    await docker('run', '--detach', '--network', name, '--name', name, ...labelArguments(deadRun), ...sleep)
    expect(await findDeadRuns()).toContain(deadRun)
    await removeRun(deadRun)
    expect(await findDeadRuns()).not.toContain(deadRun)
    expect(await docker('ps', '--all', '--quiet', '--filter', `name=${name}`)).toBe('')
    expect(await docker('network', 'ls', '--quiet', '--filter', `name=${name}`)).toBe('')
    expect(await docker('images', '--quiet', imageName('postgres', deadRun))).toBe('')
    expect(await docker('images', '--quiet', image)).not.toBe('')
  })

  it('is left alone while its run lives, and where it belongs to another machine', async () => {
    expect(await findDeadRuns()).not.toContain(inject('containerRun'))
    expect(labelArguments(1).join(' ')).toContain(hostname())
  })
})

/** The id of a process that is certainly gone. */
function endedProcess(): number {
  return spawnSync('true').pid
}
