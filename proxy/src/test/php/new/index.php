<?php
// The new shop: sessions as PHP makes them, in the folder that both shops share.
declare(strict_types=1);

session_start();
$_SESSION['cart'] ??= [];

function answer(int $status, array $facts): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode(['shop' => 'new', 'cart' => $_SESSION['cart'], 'user' => $_SESSION['user'] ?? null] + $facts);
}

function posted(string $name): string
{
    return is_string($_POST[$name] ?? null) ? $_POST[$name] : '';
}

$call = $_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

// The rewrite: a table of pages instead of the old one's long switch; the same sessions.
$pages = [
    'GET /' => fn () => answer(200, ['offers' => ['tea', 'coffee', 'cups', 'teapots']]),

    'POST /cart' => function (): void {
        $item = posted('item');
        if ($item === '') {
            answer(422, ['error' => 'no item']);
            return;
        }
        $_SESSION['cart'] = [...$_SESSION['cart'], $item];
        answer(200, []);
    },

    'POST /login' => function (): void {
        session_regenerate_id(true);
        $_SESSION['user'] = posted('name');
        answer(200, []);
    },

    'POST /checkout' => function (): void {
        if (!isset($_SESSION['user']) || $_SESSION['cart'] === []) {
            answer(409, ['error' => 'nobody is logged in or nothing is in the cart']);
            return;
        }
        [$order, $_SESSION['cart']] = [$_SESSION['cart'], []];
        answer(200, ['ordered' => $order]);
    },
];

($pages[$call] ?? fn () => answer(404, ['error' => 'no such page']))();
