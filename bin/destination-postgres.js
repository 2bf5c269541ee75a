#!/usr/bin/env node
import '../dist/bin/destination-postgres.js'
