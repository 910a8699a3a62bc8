<?php
// php -S sends every request here, whatever its path.
require __DIR__ . '/index.php';
