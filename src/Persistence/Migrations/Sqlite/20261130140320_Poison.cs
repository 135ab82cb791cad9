using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Millrace.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Poison : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "lost_workers",
                table: "generations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "lost_workers",
                table: "batches",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "in_flight",
                columns: table => new
                {
                    worker_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    messages = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    laid_to = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_in_flight", x => x.worker_id);
                });

            migrationBuilder.CreateTable(
                name: "poison_records",
                columns: table => new
                {
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    deaths = table.Column<int>(type: "INTEGER", nullable: false),
                    refused_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_poison_records", x => x.subject);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "in_flight");

            migrationBuilder.DropTable(
                name: "poison_records");

            migrationBuilder.DropColumn(
                name: "lost_workers",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "lost_workers",
                table: "batches");
        }
    }
}
