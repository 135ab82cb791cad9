using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Millrace.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Bulk : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "cost_nanos",
                table: "steps",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "batch_id",
                table: "generations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "batch_line",
                table: "generations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cost_nanos",
                table: "generations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "account_stops",
                columns: table => new
                {
                    account = table.Column<string>(type: "TEXT", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_stops", x => x.account);
                });

            migrationBuilder.CreateTable(
                name: "answer_waits",
                columns: table => new
                {
                    generation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    key = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_answer_waits", x => x.generation_id);
                });

            migrationBuilder.CreateTable(
                name: "batch_lanes",
                columns: table => new
                {
                    batch_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    lane = table.Column<string>(type: "TEXT", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    pending = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_lanes", x => new { x.batch_id, x.lane, x.model });
                });

            migrationBuilder.CreateTable(
                name: "batch_lines",
                columns: table => new
                {
                    batch_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    custom_id = table.Column<string>(type: "TEXT", nullable: false),
                    form = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    round = table.Column<int>(type: "INTEGER", nullable: false),
                    generation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    lane = table.Column<string>(type: "TEXT", nullable: false),
                    provider = table.Column<string>(type: "TEXT", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    request_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    estimate_nanos = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_lines", x => new { x.batch_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", nullable: true),
                    input_file_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    channel = table.Column<string>(type: "TEXT", nullable: false),
                    defaults = table.Column<string>(type: "TEXT", nullable: false),
                    metadata = table.Column<string>(type: "TEXT", nullable: true),
                    weight = table.Column<int>(type: "INTEGER", nullable: false),
                    window = table.Column<long>(type: "INTEGER", nullable: false),
                    output_kept = table.Column<long>(type: "INTEGER", nullable: true),
                    budget_nanos = table.Column<long>(type: "INTEGER", nullable: true),
                    spent_nanos = table.Column<long>(type: "INTEGER", nullable: false),
                    reserved_nanos = table.Column<long>(type: "INTEGER", nullable: false),
                    has_cost = table.Column<bool>(type: "INTEGER", nullable: false),
                    total = table.Column<long>(type: "INTEGER", nullable: false),
                    completed = table.Column<long>(type: "INTEGER", nullable: false),
                    failed = table.Column<long>(type: "INTEGER", nullable: false),
                    last_position = table.Column<long>(type: "INTEGER", nullable: false),
                    input_tokens = table.Column<long>(type: "INTEGER", nullable: false),
                    cached_tokens = table.Column<long>(type: "INTEGER", nullable: false),
                    output_tokens = table.Column<long>(type: "INTEGER", nullable: false),
                    reasoning_tokens = table.Column<long>(type: "INTEGER", nullable: false),
                    faults = table.Column<string>(type: "TEXT", nullable: true),
                    owner = table.Column<Guid>(type: "TEXT", nullable: true),
                    epoch = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    begun_at = table.Column<long>(type: "INTEGER", nullable: true),
                    stopping_at = table.Column<long>(type: "INTEGER", nullable: true),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true),
                    told_at = table.Column<long>(type: "INTEGER", nullable: false),
                    announced_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "budgets",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    spent_nanos = table.Column<long>(type: "INTEGER", nullable: false),
                    reserved_nanos = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budgets", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "bulk_lanes",
                columns: table => new
                {
                    lane = table.Column<string>(type: "TEXT", nullable: false),
                    fed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bulk_lanes", x => x.lane);
                });

            migrationBuilder.CreateTable(
                name: "call_permits",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    worker_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    wanted = table.Column<int>(type: "INTEGER", nullable: false),
                    granted = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_call_permits", x => new { x.scope, x.worker_id });
                });

            migrationBuilder.CreateTable(
                name: "file_parts",
                columns: table => new
                {
                    file_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_file_parts", x => new { x.file_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    purpose = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    batch_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rate_budgets",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    requests_at = table.Column<long>(type: "INTEGER", nullable: false),
                    tokens_at = table.Column<long>(type: "INTEGER", nullable: false),
                    bulk_at = table.Column<long>(type: "INTEGER", nullable: false),
                    park_at = table.Column<long>(type: "INTEGER", nullable: false),
                    bulk_park_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rate_budgets", x => x.scope);
                });

            migrationBuilder.CreateTable(
                name: "reservations",
                columns: table => new
                {
                    generation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    budget_key = table.Column<string>(type: "TEXT", nullable: false),
                    nanos = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservations", x => new { x.generation_id, x.budget_key });
                });

            migrationBuilder.CreateTable(
                name: "shared_answers",
                columns: table => new
                {
                    key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    generation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shared_answers", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "ix_generations_held",
                table: "generations",
                columns: new[] { "lane", "tenant", "received_at" },
                filter: "state = 'held'");

            migrationBuilder.CreateIndex(
                name: "ix_generations_of_session",
                table: "generations",
                column: "session_id",
                filter: "session_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_answer_waits_key",
                table: "answer_waits",
                column: "key");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lanes_pending",
                table: "batch_lanes",
                column: "lane",
                filter: "pending > 0");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_batch_id_custom_id",
                table: "batch_lines",
                columns: new[] { "batch_id", "custom_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_ended",
                table: "batch_lines",
                columns: new[] { "batch_id", "state", "position" },
                filter: "position IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_pending",
                table: "batch_lines",
                columns: new[] { "batch_id", "lane", "model", "number" },
                filter: "state = 'pending'");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_released",
                table: "batch_lines",
                column: "batch_id",
                filter: "state = 'released'");

            migrationBuilder.CreateIndex(
                name: "ix_batches_live",
                table: "batches",
                column: "created_at",
                filter: "announced_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_batches_tenant_created_at_id",
                table: "batches",
                columns: new[] { "tenant", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_files_expiring",
                table: "files",
                column: "expires_at",
                filter: "expires_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_files_tenant_created_at_id",
                table: "files",
                columns: new[] { "tenant", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_shared_answers_generation_id",
                table: "shared_answers",
                column: "generation_id");

            migrationBuilder.CreateIndex(
                name: "ix_shared_answers_made_at",
                table: "shared_answers",
                column: "made_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_stops");

            migrationBuilder.DropTable(
                name: "answer_waits");

            migrationBuilder.DropTable(
                name: "batch_lanes");

            migrationBuilder.DropTable(
                name: "batch_lines");

            migrationBuilder.DropTable(
                name: "batches");

            migrationBuilder.DropTable(
                name: "budgets");

            migrationBuilder.DropTable(
                name: "bulk_lanes");

            migrationBuilder.DropTable(
                name: "call_permits");

            migrationBuilder.DropTable(
                name: "file_parts");

            migrationBuilder.DropTable(
                name: "files");

            migrationBuilder.DropTable(
                name: "rate_budgets");

            migrationBuilder.DropTable(
                name: "reservations");

            migrationBuilder.DropTable(
                name: "shared_answers");

            migrationBuilder.DropIndex(
                name: "ix_generations_held",
                table: "generations");

            migrationBuilder.DropIndex(
                name: "ix_generations_of_session",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "cost_nanos",
                table: "steps");

            migrationBuilder.DropColumn(
                name: "batch_id",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "batch_line",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "cost_nanos",
                table: "generations");
        }
    }
}
