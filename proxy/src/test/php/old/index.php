<?php
// The old shop: sessions as PHP makes them, in the folder that both shops share.
declare(strict_types=1);

session_start();
$_SESSION['cart'] ??= [];

function answer(int $status, array $facts): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode(['shop' => 'old', 'cart' => $_SESSION['cart'], 'user' => $_SESSION['user'] ?? null] + $facts);
}

function posted(string $name): string
{
    return is_string($_POST[$name] ?? null) ? $_POST[$name] : '';
}

$call = $_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

switch ($call) {
    case 'GET /':
        answer(200, ['offers' => ['tea', 'coffee', 'cups']]);
        break;

    case 'POST /cart':
        if (posted('item') === '') {
            answer(422, ['error' => 'no item']);
            break;
        }
        $_SESSION['cart'][] = posted('item');
        answer(200, []);
        break;

    case 'POST /login':
        session_regenerate_id(true);
        $_SESSION['user'] = posted('name');
        answer(200, []);
        break;

    case 'POST /checkout':
        if (!isset($_SESSION['user']) || $_SESSION['cart'] === []) {
            answer(409, ['error' => 'nobody is logged in or nothing is in the cart']);
            break;
        }
        $order = $_SESSION['cart'];
        $_SESSION['cart'] = [];
        answer(200, ['ordered' => $order]);
        break;

    default:
        answer(404, ['error' => 'no such page']);
}
