#!/usr/bin/env node
import '../dist/destinations/postgres/bin.js'
