import { join } from 'node:path'
import { testSqlGenerator } from 'landfall/testing'
import { mysqlDialect } from '../../src/declarative/sql/mysql-dialect.ts'
import { TemplateSqlGenerator } from '../../src/declarative/sql/template-sql-generator.ts'

testSqlGenerator({
  name: 'mysql',
  generator: new TemplateSqlGenerator(mysqlDialect),
  directory: join(import.meta.dirname, 'golden'),
})
